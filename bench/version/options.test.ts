import { expect, test } from '@jest/globals';
import { parseOptions } from './options.js';

test('a whole run is what is asked for without options', () => {
  expect(parseOptions([])).toEqual({
    commits: 100_000,
    rounds: 7,
    peers: ['semantic-release', 'conventional-recommended-bump'],
    isWhole: true,
  });
});

test.each([
  ['fewer commits', ['--commits', '2000'], { commits: 2000, isWhole: false }],
  ['fewer rounds', ['--rounds', '1'], { rounds: 1, isWhole: false }],
  ['no peers', ['--peer', 'none'], { peers: [], isWhole: false }],
  ['one peer', ['--peer', 'semantic-release'], { peers: ['semantic-release'], isWhole: false }],
])('it is narrowed to %s', (_name, argv, expected) => {
  expect(parseOptions(argv)).toMatchObject(expected);
});

test('a peer of nobody is refused', () => {
  expect(() => parseOptions(['--peer', 'gitversion'])).toThrow(
    'peer: given gitversion, expected none, or some of semantic-release, conventional-recommended-bump',
  );
});
