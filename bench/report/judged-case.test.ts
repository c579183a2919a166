import { expect, test } from '@jest/globals';
import { computeRatio } from './judged-case.js';

test.each([
  ['a part of it', 30, 40, 0.75],
  ['all of it', 40, 40, 1],
  ['nothing of nothing', 0, 0, 0],
  ['one where none is allowed', 1, 0, 2],
])('the ratio of %s', (_name, ours, limit, expected) => {
  expect(computeRatio(ours, limit)).toBe(expected);
});
