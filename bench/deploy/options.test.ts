import { expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

const workloads = [1, 10, 50];

test.each([
  [[], { workloads, rounds: 5, isWhole: true }],
  [['--rounds', '3'], { workloads, rounds: 3, isWhole: false }],
  [['--workloads', '20,2'], { workloads: [2, 20], rounds: 5, isWhole: false }],
])('%j', (argv, expected) => {
  expect(parseOptions(argv)).toEqual(expected);
});

test.each([
  [['--rounds', '0'], '--rounds: given 0, expected a whole number from 1 on'],
  [['--workloads', '1,x'], '--workloads: given x, expected a whole number from 1 on'],
])('%j is refused', (argv, sentence) => {
  expect(() => parseOptions(argv)).toThrow(sentence);
});
