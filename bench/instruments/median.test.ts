import { expect, test } from '@jest/globals';
import { median } from './median.js';

test.each([
  ['one number', [7], 7],
  ['an odd count, in any order', [30, 1, 2], 2],
  ['an even count: between the two in the middle', [1, 100, 3, 2], 2.5],
  ['numbers that sort otherwise as texts', [9, 10, 11], 10],
])('median of %s', (_name, values, expected) => {
  expect(median(values)).toBe(expected);
});

test('there is none of nothing', () => {
  expect(() => median([])).toThrow(new Error('median: given no numbers, expected one at least'));
});
