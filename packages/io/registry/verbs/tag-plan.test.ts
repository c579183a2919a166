import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, parseRepository, parseTag, type Digest } from '@slipway/core/image-ref';
import { isVersionTag, planTags, type TagPolicy } from './tag-plan.js';

const repository = parseRepository('r.example.com/team/orders');
const fresh = digestOf('a'.repeat(64));
const old = digestOf('b'.repeat(64));

test.each([
  ['1.4.0', true],
  ['v1.4.0', true],
  ['1.4.0-rc.1', true],
  ['1.4.1-dev.3.1a2b3c4d', true],
  ['1.4', false],
  ['1', false],
  ['latest', false],
  ['01.4.0', false],
  ['1.4.0-', false],
])('%s names one version: %s', (tag, expected) => {
  expect(isVersionTag(tag)).toBe(expected);
});

describe('planTags', () => {
  test.each<[string, Digest | undefined, TagPolicy, string]>([
    ['1.4.0', undefined, 'fail', 'created'],
    ['1.4.0', fresh, 'fail', 'unchanged'],
    ['latest', undefined, 'fail', 'created'],
    ['latest', fresh, 'move', 'unchanged'],
    ['latest', old, 'move', 'moved'],
    ['latest', old, 'skip', 'skipped'],
  ])('%s, now %s, policy %s: %s', (name, digest, policy, state) => {
    const [outcome] = planTags(repository, fresh, [{ tag: parseTag(name), digest }], policy);

    expect(outcome?.state).toBe(state);
  });

  test('every tag that is taken is told, with both digests', () => {
    const current = ['1.4.0', 'latest', 'free'].map((name) => ({
      tag: parseTag(name),
      digest: name === 'free' ? undefined : old,
    }));

    const refuse = (): unknown => planTags(repository, fresh, current, 'fail');

    expect(refuse).toThrow('r.example.com/team/orders has another image under 1.4.0, latest');
    try {
      refuse();
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      expect(error.code).toBe('tag-taken');
      expect(error.problems).toEqual([
        {
          subject: 'r.example.com/team/orders:1.4.0',
          given: '1.4.0',
          expected: `a tag that is free or names ${fresh}, but it names ${old}`,
          fix: 'A version tag never moves: give the new image a new version.',
        },
        {
          subject: 'r.example.com/team/orders:latest',
          given: 'latest',
          expected: `a tag that is free or names ${fresh}, but it names ${old}`,
          fix: 'Set tag-policy to move, or to skip to leave it where it is.',
        },
      ]);
    }
  });

  test('a version tag does not move whatever the policy', () => {
    const current = [{ tag: parseTag('1.4.0'), digest: old }];

    expect(() => planTags(repository, fresh, current, 'move')).toThrow(SlipwayError);
  });
});
