import { describe, expect, test } from '@jest/globals';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { findNearest, parseArguments, type VerbInput } from './index.js';

const input = (name: string, fallback = ''): VerbInput => ({
  name,
  description: '',
  isRequired: false,
  default: fallback,
});
const known = [input('image'), input('tags'), input('dry-run', 'false')];

function problemsOf(argv: readonly string[]): readonly Problem[] {
  try {
    parseArguments(argv, known, 'push');
  } catch (error) {
    if (error instanceof SlipwayError) return error.problems;
    throw error;
  }
  return [];
}

describe('the command line becomes inputs', () => {
  test.each([
    ['nothing', [], {}],
    ['a value after it', ['--image', 'a/b'], { image: 'a/b' }],
    ['a value beside it', ['--image=a=b'], { image: 'a=b' }],
    ['a value that looks like an input', ['--image=--tags'], { image: '--tags' }],
    ['a value of two lines', ['--tags=a\nb'], { tags: 'a\nb' }],
    ['an empty value', ['--image', ''], { image: '' }],
    ['a repeated input', ['--tags', 'a', '--tags=b', '--tags', 'c'], { tags: 'a\nb\nc' }],
    ['a flag alone', ['--dry-run'], { 'dry-run': 'true' }],
    ['a flag before an input', ['--dry-run', '--image', 'a'], { 'dry-run': 'true', image: 'a' }],
    ['a flag with a value', ['--dry-run', 'false'], { 'dry-run': 'false' }],
    ['a flag with a bad value, for the action to refuse', ['--dry-run=yes'], { 'dry-run': 'yes' }],
    ['--json is no input', ['--json', '--image', 'a'], { image: 'a' }],
  ])('%s', (_name, argv, inputs) => {
    expect(parseArguments(argv, known, 'push').inputs).toEqual(inputs);
  });

  test.each([
    ['alone', ['orders', '1.4.0'], { service: 'orders', version: '1.4.0' }],
    [
      'between others',
      ['orders', '--image', 'a', '1.4.0'],
      { service: 'orders', image: 'a', version: '1.4.0' },
    ],
    ['where the first may be left out', ['1.4.0'], { version: '1.4.0' }],
    ['by name as well', ['--service', 'orders', '1.4.0'], { service: 'orders', version: '1.4.0' }],
  ])('positional inputs %s', (_name, argv, inputs) => {
    const positional = ['service', 'version'].map((name) => ({
      ...input(name),
      isPositional: true,
      isRequired: name === 'version',
    }));

    expect(parseArguments(argv, [...known, ...positional], 'explain').inputs).toEqual(inputs);
  });

  test.each([
    ['--json', { isJson: true, isHelp: false }],
    ['--help', { isJson: false, isHelp: true }],
    ['-h', { isJson: false, isHelp: true }],
  ])('%s', (flag, expected) => {
    expect(parseArguments([flag], known, 'push')).toEqual({ inputs: {}, ...expected });
  });
});

describe('what is refused, all at once', () => {
  test.each([
    [
      'an unknown input',
      ['--tag', 'a'],
      [
        {
          subject: '--tag',
          expected: 'an input of push: --dry-run, --image, --tags',
          fix: 'Did you mean --tags?',
        },
      ],
    ],
    [
      'an unknown input like no other',
      ['--colour', 'blue'],
      [{ subject: '--colour', expected: 'an input of push: --dry-run, --image, --tags' }],
    ],
    ['a missing value', ['--image'], [{ subject: '--image', expected: 'a value after it' }]],
    [
      'two missing values',
      ['--image', '--tags'],
      [
        { subject: '--image', expected: 'a value after it' },
        { subject: '--tags', expected: 'a value after it' },
      ],
    ],
    [
      'a word that belongs to nothing',
      ['--dry-run', 'now'],
      [{ subject: 'now', expected: 'an input, as in --name value' }],
    ],
  ])('%s', (_name, argv, problems) => {
    expect(problemsOf(argv)).toEqual(problems);
  });
});

test.each([
  ['rolback', 'rollback'],
  ['k8s_deploy', 'k8s-deploy'],
  ['terraform', undefined],
  ['x', undefined],
])('the nearest of %s is %s', (given, nearest) => {
  expect(findNearest(given, ['k8s-deploy', 'registry-push', 'rollback'])).toBe(nearest);
});
