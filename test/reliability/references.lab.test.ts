import { beforeAll, expect, test } from '@jest/globals';
import { ensureProgram } from '@slipway/lab/build';
import { compareRandomReferences, compareReferences } from './references.js';

beforeAll(async () => {
  await ensureProgram('reference-oracle', () => undefined); // a build must not count against a test's time
}, 300_000);

const hex = '0123456789abcdef'.repeat(8);

test('image references agree with distribution/reference, form by form', async () => {
  const found = await compareReferences([
    ...['', ' ', '@', ':', '/', 'a', 'a:1', 'a/b', 'a/b:1', 'A/b', 'a/B', 'a//b', '/a', 'a/', 'a@'],
    ...['localhost', 'localhost:5000', 'localhost/a', 'LOCALHOST/a', 'localhost:5000/a:1'],
    ...['docker.io', 'docker.io/', 'docker.io/a', 'docker.io/library/a', 'index.docker.io/a'],
    ...['index.docker.io/a/b', 'Docker.io/a', 'docker.io:443/a', 'library/a', 'docker.io/a/b/c'],
    ...['[::1]/a', '[::1]:5000/a', '[::1]', '[fe80::1%eth0]/a', '::1/a', '1.2.3.4:65536/a'],
    ...['r.x:0/a', 'r.x:/a', 'r.x:99999999999999999999/a', 'r.x/a..b', 'r.x/a__b', 'r.x/a___b'],
    ...['r.x./a', 'r-.x/a', '-r.x/a', 'https://r.x/a', 'a b', 'a\n', '\na', 'größe/a', 'r.x/ä'],
    ...[hex.slice(0, 64), `a/${hex.slice(0, 64)}`, `${hex.slice(0, 64)}:1`, hex.slice(0, 63)],
    ...['64', '96', '128', '63', '127'].flatMap((length) =>
      ['sha256', 'sha384', 'sha512', 'SHA256', 'md5', 'sha256+b64'].flatMap((algorithm) => [
        `a@${algorithm}:${hex.slice(0, Number(length))}`,
        `r.x/a:1@${algorithm}:${hex.slice(0, Number(length)).toUpperCase()}`,
      ]),
    ),
    `a@sha256:${hex.slice(0, 64)}@sha256:${hex.slice(0, 64)}`,
    `a@sha256:${hex.slice(0, 64)}:1`,
    ...[246, 247, 248, 255, 256].flatMap((length) => [
      'a'.repeat(length),
      `r.x/${'a'.repeat(length)}`,
      `${'x.'.repeat(length)}x/${'a'.repeat(length)}`,
      `docker.io/${'a/'.repeat(length / 2 - 1)}a`,
    ]),
    ...[127, 128, 129].map((length) => `a:${'t'.repeat(length)}`),
  ]);

  expect(found.differences).toEqual([]);
  expect(found.withoutRegistry).toBe(0);
});

test.each(['a_b.example/c', 'a__b:5000/c', 'a.b_c/d:1'])(
  'the one difference: %s is in no registry for distribution, or nothing at all',
  async (form) => {
    const found = await compareReferences([form]);

    expect(found.differences).toEqual([]);
    expect(found.withoutRegistry + found.invalid).toBe(1);
  },
);

/** A fixed sample of `npm run reliability -- references`. */
test('image references agree with distribution/reference on 20000 random strings', async () => {
  const { valid, invalid, withoutRegistry, differences } = await compareRandomReferences(5, 20_000);

  expect(differences).toEqual([]);
  expect(valid).toBeGreaterThan(4000);
  expect(invalid).toBeGreaterThan(4000);
  expect(withoutRegistry).toBeGreaterThan(20);
}, 300_000);
