import { expect, test } from '@jest/globals';
import { asRoot } from './index.js';

test.each([
  ['root needs no help', 0, ['ip', 'link']],
  ['others go through sudo, which must not ask', 1000, ['sudo', '-n', 'ip', 'link']],
])('%s', (_name, userId, expected) => {
  const argv = asRoot(['ip', 'link'], userId);

  expect(argv).toEqual(expected);
});
