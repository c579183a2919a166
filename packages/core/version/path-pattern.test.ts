import { expect, test } from '@jest/globals';
import { createPathIndex, parsePathPattern } from './index.js';

test.each([
  ['./services/orders/', 'services/orders'],
  ['libs/**/money', 'libs/**/money'],
  ['.', ''],
])('the path %s is %s', (text, path) => {
  expect(parsePathPattern(text)).toBe(path);
});

test.each(['', '/etc', '../other', 'a/../../b', ':!docs', '!docs', 'a\\b'])(
  'the path “%s” is refused',
  (text) => {
    expect(() => parsePathPattern(text)).toThrow('1 problem in what was given');
  },
);

test.each([
  ['a folder, and none that begins alike', ['orders'], ['orders/a', 'orders/b/c']],
  ['a file', ['README.md'], ['README.md']],
  ['a star, which stays within a folder', ['*/a'], ['orders/a', 'orders-api/a']],
  ['two stars', ['**/c'], ['orders/b/c']],
  ['two stars in the middle', ['orders/**/c'], ['orders/b/c']],
  ['two stars at the end', ['orders/**'], ['orders/a', 'orders/b/c']],
  ['two stars that are no whole part', ['orders**'], []],
  ['a question mark', ['orders/?'], ['orders/a']],
  ['a set', ['orders[!a-z]api/[[:alpha:]]'], ['orders-api/a']],
  ['a set without its end', ['orders[/a'], []],
  ['everything', ['.'], ['README.md', 'orders/a', 'orders/b/c', 'orders-api/a']],
  ['nothing that there is', ['payments'], []],
])('%s', (_name, patterns, expected) => {
  const paths = ['README.md', 'orders/a', 'orders/b/c', 'orders-api/a'];
  const index = createPathIndex([patterns.map((pattern) => parsePathPattern(pattern))]);

  expect(paths.filter((path) => index.ownersOf([path]).has(0))).toEqual(expected);
});

test('a path has all its owners', () => {
  const owners = [['orders', 'libs'], [], ['libs/money'], ['catalog']].map((patterns) =>
    patterns.map((pattern) => parsePathPattern(pattern)),
  );

  const index = createPathIndex(owners);

  expect([...index.ownersOf(['libs/money/a'])].toSorted()).toEqual([0, 1, 2]);
  expect([...index.ownersOf([])]).toEqual([1]);
  expect(index.roots).toEqual([]);
  expect(
    createPathIndex([['a/b', 'a/b/*', 'c/d[ef]/**/g'].map((text) => parsePathPattern(text))]).roots,
  ).toEqual(['a/b', 'c']);
  expect([index.needsPaths, createPathIndex([[]]).needsPaths]).toEqual([true, false]);
});
