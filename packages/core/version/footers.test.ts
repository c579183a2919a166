import { expect, test } from '@jest/globals';
import { readFooters } from './footers.js';

test('a footer of very many lines is read line by line', () => {
  const lines = Array<string>(60_000).fill(' and more');

  const [footer, ...rest] = readFooters(['', 'BREAKING CHANGE: prices', ...lines, '', 'Refs: #1']);

  expect(footer?.value).toHaveLength('prices'.length + lines.length * ' and more'.length);
  expect(rest).toEqual([{ token: 'Refs', value: '#1' }]);
});

test.each([
  ['a fence', '```', false],
  ['a fence with a language', '```ts', false],
  ['a fence of tildes, whatever it says', '~~~ `x`', false],
  ['words between three backticks', '```npm run x``` is gone', true],
])('a footer below %s', (_name, line, isThere) => {
  const footers = readFooters(['', line, '', 'BREAKING CHANGE: prices']);

  expect(footers).toHaveLength(isThere ? 1 : 0);
});
