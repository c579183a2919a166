import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import {
  compareVersions,
  computeLevel,
  isRelease,
  parseVersion,
  tryParseVersion,
} from './index.js';

describe('a version', () => {
  test.each(['0.0.0', '1.4.0', '10.20.30', '1.4.0-rc.1', '1.4.0-dev.3.g01234567', '1.0.0-0a'])(
    'is %s',
    (text) => {
      expect(parseVersion(text)).toBe(text);
    },
  );

  test.each([
    ['nothing', ''],
    ['one number', '1'],
    ['two numbers', '1.2'],
    ['four numbers', '1.2.3.4'],
    ['a “v”', 'v1.2.3'],
    ['a space', ' 1.2.3'],
    ['a leading zero', '1.02.3'],
    ['a leading zero in a prerelease number', '1.2.3-dev.01'],
    ['build metadata, which no image tag can hold', '1.2.3+abc'],
    ['an empty identifier', '1.2.3-rc..1'],
    ['a range', '^1.2.3'],
  ])('is not: %s', (_name, text) => {
    expect(tryParseVersion(text)).toBeUndefined();
    expect(() => parseVersion(text, 'to')).toThrow(SlipwayError);
  });
});

test('versions are ordered as SemVer 2.0.0 §11 orders them', () => {
  const ordered = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.9.0',
    '1.10.0',
  ].map((text) => parseVersion(text));

  expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
  expect(ordered.filter(isRelease)).toEqual(['1.0.0', '1.9.0', '1.10.0']);
});

test.each([
  ['nothing is live', undefined, '0.1.0', 'major', 'up'],
  ['a patch', '1.4.2', '1.4.3', 'patch', 'up'],
  ['a minor', '1.4.2', '1.5.0', 'minor', 'up'],
  ['a major', '1.4.2', '2.0.0', 'major', 'up'],
  ['a minor before 1.0.0', '0.1.0', '0.2.0', 'minor', 'up'],
  ['several patches', '1.4.2', '1.4.9', 'patch', 'up'],
  ['the same', '1.4.2', '1.4.2', 'none', 'same'],
  ['a release after its prerelease', '1.5.0-rc.1', '1.5.0', 'patch', 'up'],
  ['two prereleases', '1.5.0-rc.2', '1.5.0-rc.10', 'patch', 'up'],
  ['an older patch', '1.4.3', '1.4.2', 'patch', 'down'],
  ['an older minor', '1.5.0', '1.4.9', 'minor', 'down'],
  ['an older major', '2.0.0', '1.9.1', 'major', 'down'],
])('%s: %s → %s is %s, %s', (_name, from, to, level, direction) => {
  const before = from === undefined ? undefined : parseVersion(from);

  expect(computeLevel(before, parseVersion(to))).toEqual({ level, direction });
});
