import { expect, test } from '@jest/globals';
import { canonicalJson, isSameJson } from './index.js';

test.each<[string, unknown, unknown, boolean]>([
  ['the same number', 1, 1, true],
  ['a number and its text', 1, '1', false],
  ['nothing and no object', null, {}, false],
  ['an empty list and an empty object', [], {}, false],
  ['keys in another order', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, true],
  ['an absent field', { a: 1, b: undefined }, { a: 1 }, true],
  ['a field more', { a: 1 }, { a: 1, b: 1 }, false],
  ['a field less', { a: 1, b: 1 }, { a: 1 }, false],
  ['another field', { a: 1 }, { b: 1 }, false],
  ['another value deep inside', { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, false],
  ['lists in another order', [1, 2], [2, 1], false],
  ['a longer list', [1], [1, 2], false],
])('%s', (_name, one, other, expected) => {
  expect(isSameJson(one, other)).toBe(expected);
  expect(canonicalJson(one) === canonicalJson(other)).toBe(expected);
});
