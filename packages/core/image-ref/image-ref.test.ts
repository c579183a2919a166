import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import { formatReference, parsePinnedReference, parseReference, parseRepository } from './index.js';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  test.each([
    ['postgres', 'docker.io', 'library/postgres', undefined, undefined],
    ['postgres:16', 'docker.io', 'library/postgres', '16', undefined],
    ['team/orders', 'docker.io', 'team/orders', undefined, undefined],
    ['index.docker.io/postgres', 'docker.io', 'library/postgres', undefined, undefined],
    ['localhost/app', 'localhost', 'app', undefined, undefined],
    ['localhost:5000/app', 'localhost:5000', 'app', undefined, undefined],
    ['127.0.0.1:5000/app:v2', '127.0.0.1:5000', 'app', 'v2', undefined],
    ['[::1]:5000/a/b/c:v2', '[::1]:5000', 'a/b/c', 'v2', undefined],
    [`r.example.com/a__b/c-d@${digest}`, 'r.example.com', 'a__b/c-d', undefined, digest],
    [`r.example.com/a:1.0@${digest}`, 'r.example.com', 'a', '1.0', digest],
  ])('%s', (text, registry, path, tag, expectedDigest) => {
    const reference = parseReference(text);

    expect(reference.repository).toEqual({ registry, path });
    expect(reference.tag).toBe(tag);
    expect(reference.digest).toBe(expectedDigest);
  });

  test.each([
    ['nothing', ''],
    ['upper case', 'r.example.com/Team/orders'],
    ['an empty tag', 'r.example.com/app:'],
    ['a tag that begins with a dot', 'r.example.com/app:.x'],
    ['a short digest', 'r.example.com/app@sha256:abc'],
    ['a sha512 digest of 64 digits', `r.example.com/app@sha512:${'a'.repeat(64)}`],
    ['another algorithm', `r.example.com/app@md5:${'a'.repeat(32)}`],
    ['a scheme', 'https://r.example.com/app'],
    ['a space', 'r.example.com/a pp'],
    ['no path', 'r.example.com/'],
    ['a name over 255 characters', `r.example.com/${'a'.repeat(250)}`],
  ])('refuses %s', (_name, text) => {
    expect(() => parseReference(text)).toThrow(SlipwayError);
  });

  test.each([
    'localhost:5000/app:v2',
    `r.example.com/a:1.0@${digest}`,
    `docker.io/library/a@${digest}`,
  ])('formats %s as it was', (text) => {
    expect(formatReference(parseReference(text))).toBe(text);
  });
});

test('a repository with a tag is refused with what to write instead', () => {
  expect.assertions(1);
  try {
    parseRepository('localhost:5000/app:v2', 'image');
  } catch (error) {
    expect((error as SlipwayError).problems).toEqual([
      {
        subject: 'image',
        given: 'localhost:5000/app:v2',
        expected: 'a repository without a tag or digest',
        fix: 'Write localhost:5000/app.',
      },
    ]);
  }
});

test('a pinned reference needs its digest', () => {
  expect(parsePinnedReference(`localhost:5000/app@${digest}`).digest).toBe(digest);
  expect(() => parsePinnedReference('localhost:5000/app:v2')).toThrow(SlipwayError);
});
