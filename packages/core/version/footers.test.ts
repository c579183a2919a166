import { expect, test } from '@jest/globals';
import { readFooters } from './footers.js';

test('a footer of very many lines is read line by line', () => {
  const lines = Array<string>(60_000).fill(' and more');

  const [footer, ...rest] = readFooters(['', 'BREAKING CHANGE: prices', ...lines, '', 'Refs: #1']);

  expect(footer?.value).toHaveLength('prices'.length + lines.length * ' and more'.length);
  expect(rest).toEqual([{ token: 'Refs', value: '#1' }]);
});
