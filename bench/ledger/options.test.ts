import { expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

const events = [10, 1000, 10_000];

test.each([
  [[], { events, rounds: 15, latencyMs: 20, isWhole: true }],
  [['--rounds', '3'], { events, rounds: 3, latencyMs: 20, isWhole: false }],
  [['--events', '50,7'], { events: [7, 50], rounds: 15, latencyMs: 20, isWhole: false }],
  [['--latency', '0'], { events, rounds: 15, latencyMs: 0, isWhole: false }],
])('%j', (argv, expected) => {
  expect(parseOptions(argv)).toEqual(expected);
});

test.each([
  [['--rounds', '0'], '--rounds: given 0, expected a whole number from 1 on'],
  [['--events', '10,0'], '--events: given 0, expected a whole number from 1 on'],
  [['--latency', 'x'], '--latency: given x, expected a whole number from 0 on'],
])('%j is refused', (argv, sentence) => {
  expect(() => parseOptions(argv)).toThrow(sentence);
});
