import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import { formatReference, parsePinnedReference, parseReference, parseRepository } from './index.js';

const digest = `sha256:${'a'.repeat(64)}`;
const sha512 = `sha512:${'b'.repeat(128)}`;

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
    [`a@${sha512}`, 'docker.io', 'library/a', undefined, sha512],
    [`a@sha384:${'b'.repeat(96)}`, 'docker.io', 'library/a', undefined, `sha384:${'b'.repeat(96)}`],
    ['localhost', 'docker.io', 'library/localhost', undefined, undefined],
    ['localhost:5000', 'docker.io', 'library/localhost', '5000', undefined],
    ['example.com', 'docker.io', 'library/example.com', undefined, undefined],
    ['index.docker.io', 'docker.io', 'library/index.docker.io', undefined, undefined],
    ['docker.io/library/a', 'docker.io', 'library/a', undefined, undefined],
    ['docker.io:443/a', 'docker.io:443', 'a', undefined, undefined],
    ['registry-1.docker.io/a', 'registry-1.docker.io', 'a', undefined, undefined],
    ['Docker.io/a', 'Docker.io', 'a', undefined, undefined],
    ['LOCALHOST/a', 'LOCALHOST', 'a', undefined, undefined],
    ['Team/orders', 'Team', 'orders', undefined, undefined],
    ['r--x.example/a', 'r--x.example', 'a', undefined, undefined],
    ['1.2.3/a', '1.2.3', 'a', undefined, undefined],
    ['r.example.com:123456/a', 'r.example.com:123456', 'a', undefined, undefined],
    ['[:::]/a', '[:::]', 'a', undefined, undefined],
    ['a---b/c__d/e.f_g', 'docker.io', 'a---b/c__d/e.f_g', undefined, undefined],
    [`a:${'t'.repeat(128)}`, 'docker.io', 'library/a', 't'.repeat(128), undefined],
    ['a:_', 'docker.io', 'library/a', '_', undefined],
    [`${'x.'.repeat(200)}x/a`, `${'x.'.repeat(200)}x`, 'a', undefined, undefined],
    [`r.x/${'a'.repeat(255)}`, 'r.x', 'a'.repeat(255), undefined, undefined],
    ['a'.repeat(247), 'docker.io', `library/${'a'.repeat(247)}`, undefined, undefined],
    [`docker.io/${'a'.repeat(64)}`, 'docker.io', `library/${'a'.repeat(64)}`, undefined, undefined],
    [`${'a'.repeat(64)}:1`, 'docker.io', `library/${'a'.repeat(64)}`, '1', undefined],
  ])('%s', (text, registry, path, tag, expectedDigest) => {
    const reference = parseReference(text);

    expect(reference.repository).toEqual({ registry, path });
    expect(reference.tag).toBe(tag);
    expect(reference.digest).toBe(expectedDigest);
  });

  test.each([
    ['nothing', ''],
    ['upper case in the path', 'r.example.com/Team/orders'],
    ['upper case without a host', 'Orders'],
    ['an empty tag', 'r.example.com/app:'],
    ['a tag that begins with a dot', 'r.example.com/app:.x'],
    ['a tag of 129 characters', `a:${'t'.repeat(129)}`],
    ['two tags', 'a:1:2'],
    ['an empty digest', 'a@'],
    ['a short digest', 'r.example.com/app@sha256:abc'],
    ['a digest in upper case', `a@sha256:${'A'.repeat(64)}`],
    ['a digest before the tag', `a@${digest}:1`],
    ['two digests', `a@${digest}@${digest}`],
    ['only a digest', `@${digest}`],
    ['a sha512 digest of 64 digits', `r.example.com/app@sha512:${'a'.repeat(64)}`],
    ['another algorithm', `r.example.com/app@md5:${'a'.repeat(32)}`],
    ['a scheme', 'https://r.example.com/app'],
    ['a space', 'r.example.com/a pp'],
    ['a new line at its end', 'r.example.com/app\n'],
    ['no path', 'r.example.com/'],
    ['no path in Docker Hub', 'docker.io/'],
    ['an empty part', 'r.example.com/a//b'],
    ['a slash at its end', 'r.example.com/a/'],
    ['a slash at its beginning', '/a'],
    ['a path that begins with a separator', 'r.example.com/-a'],
    ['three underscores', 'r.example.com/a___b'],
    ['two dots', 'r.example.com/a..b'],
    ['a host that ends in a dot', 'r.example.com./a'],
    ['a host that ends in a dash', 'r.example-/a'],
    ['a port without digits', 'r.example.com:/a'],
    ['a port that is none', 'r.example.com:http/a'],
    ['an IPv6 zone', '[fe80::1%eth0]/a'],
    ['an IPv6 address without brackets', '::1/a'],
    ['letters outside ASCII', 'r.example.com/größe'],
    ['a host outside ASCII', 'größe.example/a'],
    ['a path over 255 characters', `r.example.com/${'a'.repeat(256)}`],
    ['a path that is over 255 characters with library/', 'a'.repeat(248)],
    ['64 hex digits', 'a'.repeat(64)],
    ['a host with an underscore', 'a_b.example/c'],
  ])('refuses %s', (_name, text) => {
    expect(() => parseReference(text)).toThrow(SlipwayError);
  });

  test.each([
    [
      'a'.repeat(64),
      'an image reference; 64 hex digits alone are what a digest without sha256: looks like',
    ],
    ['a'.repeat(248), 'an image reference whose path has at most 255 characters'],
    [
      'r.example.com/Team',
      'an image reference such as registry.example.com/team/orders:1.4.0 (lower case)',
    ],
  ])('says what was expected instead of %s', (text, expected) => {
    let problems: unknown;
    try {
      parseReference(text, 'image');
    } catch (error) {
      problems = error instanceof SlipwayError ? error.problems : error;
    }

    expect(problems).toEqual([{ subject: 'image', given: text, expected }]);
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
