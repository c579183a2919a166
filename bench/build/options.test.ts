import { expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

const engines = ['docker', 'podman', 'buildah'];

test.each([
  [[], { engines, rounds: 7, isWhole: true }],
  [['--rounds', '3'], { engines, rounds: 3, isWhole: false }],
  [['--engine', 'podman,docker'], { engines: ['podman', 'docker'], rounds: 7, isWhole: false }],
])('%j', (argv, expected) => {
  expect(parseOptions(argv)).toEqual(expected);
});

test.each([
  [['--rounds', '0'], '--rounds: given 0, expected a whole number from 1 on'],
  [['--engine', 'kaniko'], '--engine: given kaniko, expected one of docker, podman, buildah'],
])('%j is refused', (argv, sentence) => {
  expect(() => parseOptions(argv)).toThrow(sentence);
});
