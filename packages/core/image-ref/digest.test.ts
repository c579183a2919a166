import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import {
  algorithmOf,
  digestOf,
  hexOf,
  parseDigest,
  referrersTag,
  tryParseDigest,
} from './index.js';

const valid = [
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
] as const;

describe('a digest', () => {
  test.each(valid)('of %s has exactly %d digits', (algorithm, length) => {
    const hex = 'a1'.repeat(length / 2);

    const digest = parseDigest(`${algorithm}:${hex}`);

    expect(digest).toBe(`${algorithm}:${hex}`);
    expect(algorithmOf(digest)).toBe(algorithm);
    expect(hexOf(digest)).toBe(hex);
    expect(digestOf(hex, algorithm)).toBe(digest);
    expect(tryParseDigest(`${algorithm}:${hex}0`)).toBeUndefined();
    expect(tryParseDigest(`${algorithm}:${hex.slice(1)}`)).toBeUndefined();
    expect(tryParseDigest(`${algorithm}:${hex.toUpperCase()}`)).toBeUndefined();
  });

  test.each([
    ['another algorithm', `md5:${'a'.repeat(32)}`],
    ['the digits of another algorithm', `sha512:${'a'.repeat(64)}`],
    ['no algorithm', 'a'.repeat(64)],
    ['an algorithm in upper case', `SHA256:${'a'.repeat(64)}`],
    ['an algorithm of several parts', `sha256+b64:${'a'.repeat(64)}`],
    ['a new line at its end', `sha256:${'a'.repeat(64)}\n`],
    ['nothing', ''],
  ])('is not %s', (_name, text) => {
    expect(tryParseDigest(text)).toBeUndefined();
  });

  test('that is none is refused with what is one', () => {
    let problems: unknown;
    try {
      parseDigest('sha256:abc', 'plan-digest');
    } catch (error) {
      problems = error instanceof SlipwayError ? error.problems : error;
    }

    expect(problems).toEqual([
      {
        subject: 'plan-digest',
        given: 'sha256:abc',
        expected:
          'sha256: and 64 lower-case hex digits (or sha384: and 96, or sha512: and 128 of them)',
      },
    ]);
  });

  test('of 64 digits is sha256 where nothing else is said', () => {
    expect(digestOf('0'.repeat(64))).toBe(`sha256:${'0'.repeat(64)}`);
    expect(() => digestOf('0'.repeat(128))).toThrow(SlipwayError);
  });
});

test.each(valid)('the referrers tag of %s has at most 64 of %d digits', (algorithm, length) => {
  const digest = digestOf('0123456789abcdef'.repeat(length / 16), algorithm);

  expect(referrersTag(digest)).toBe(`${algorithm}-${'0123456789abcdef'.repeat(4)}`);
});
