import { expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import { formatDuration, parseDuration } from './index.js';

test.each([
  ['0s', 0],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
])('reads %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '10', '-1s', '1.5h', '30m1h', '1 h', '10ms'])('refuses “%s”', (text) => {
  expect(() => parseDuration(text)).toThrow(SlipwayError);
});

test.each([
  [0, '0 s'],
  [1234, '1.2 s'],
  [3000, '3 s'],
  [42_400, '42 s'],
  [60_000, '1 min'],
  [95_000, '1 min 35 s'],
  [7_200_000, '2 h'],
  [7_201_000, '2 h'],
  [532_800_000, '6 d 4 h'],
])('writes %d ms', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
