import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { startServer } from '../registry/index.js';
import {
  canaryVariable,
  createCanary,
  findSecrets,
  formatFinding,
  listForms,
  readCanary,
  searchFolder,
  searchRegistry,
} from './index.js';

/** Of its own, so that what these tests print is not found at the end of the run. */
const canary = createCanary();
const secrets = [{ name: 'the canary', text: canary }];

function formsIn(content: string | Buffer): readonly string[] {
  return findSecrets('x', content, secrets).map(({ form }) => form);
}

describe('the canary', () => {
  test('is another one each time, and no longer than bcrypt reads', () => {
    expect(createCanary()).not.toBe(canary);
    expect(Buffer.byteLength(canary)).toBeLessThanOrEqual(72);
  });

  test('is the same in all suites of a run', () => {
    expect(readCanary({ [canaryVariable]: 'that of the run' })).toBe('that of the run');
  });

  test('is one for the process where no run has set it', () => {
    expect(readCanary({})).toMatch(/^canary\/[\da-f]{20}\+[\da-f]{8}=$/);
    expect(readCanary({ [canaryVariable]: '' })).toBe(readCanary({}));
  });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('each form is found', () => {
  test.each([
    ['plain', `a ${canary} b`, 'plain'],
    ['cut off', `a ${canary.slice(0, 25)}…`, 'plain, cut off'],
    ['in a URL', `https://app:${encodeURIComponent(canary)}@db/`, 'URL-encoded'],
    [
      'in a URL with small letters',
      encodeURIComponent(canary).replaceAll(/%../g, (escape) => escape.toLowerCase()),
      'URL-encoded in small letters',
    ],
    ['in a form', new URLSearchParams({ password: canary }).toString(), 'URL-encoded'],
    ['hex', `x${hex(canary)}x`, 'hex in small letters'],
    ['hex in capitals', hex(`a${canary}`).toUpperCase(), 'hex in capital letters'],
    ['base64 of it alone', base64(canary), 'base64'],
    ['base64 one byte in', base64(`a${canary}`), 'base64, 1 byte in'],
    ['base64 two bytes in', base64(`ab${canary}z`), 'base64, 2 bytes in'],
    ['base64 far in', base64(`user:${canary} and more`), 'base64, 2 bytes in'],
  ])('%s', (_name, text, form) => {
    expect(formsIn(text)).toContain(form);
  });

  test.each([
    ['base64url', 0],
    ['base64url, 1 byte in', 1],
    ['base64url, 2 bytes in', 2],
  ])('%s', (form, before) => {
    const text = '~?~?~?~?~?~?~?~?>>>';
    const found = findSecrets('x', base64url(`${'a'.repeat(before)}${text}!`), [
      { name: 's', text },
    ]);

    expect(found.map((finding) => finding.form)).toEqual([form]);
  });

  test('JSON, where it is written differently', () => {
    const text = 'a "quoted" pass\\word';

    const found = findSecrets('x', JSON.stringify({ text }), [{ name: 's', text }]);

    expect(found.map(({ form }) => form)).toEqual(['JSON']);
  });

  test.each([
    ['gzip', gzipSync(`a ${canary}`)],
    ['zstd', zstdCompressSync(`a ${canary}`)],
    ['gzip in gzip', gzipSync(gzipSync(`a ${canary}`))],
  ])('compressed by %s', (_name, bytes) => {
    const found = findSecrets('x', bytes, secrets);

    expect(found.at(-1)).toMatchObject({
      place: expect.stringMatching(/^x(?:, decompressed)+$/),
      form: 'plain',
    });
  });
});

describe('what is no secret is not found', () => {
  test.each([
    ['nothing', ''],
    ['its first word', 'canary/'],
    ['another canary', createCanary()],
    ['what only begins like gzip', Buffer.from('1f8b0800aa', 'hex')],
  ])('%s', (_name, content) => {
    expect(formsIn(content)).toEqual([]);
  });

  test('each form once, and the whole is not told again as its half', () => {
    expect(formsIn(canary)).toEqual(['plain']);
    expect(new Set(listForms(canary).map(({ name }) => name)).size).toBe(listForms(canary).length);
  });

  test('a short text is refused', () => {
    expect(() => listForms('hunter2')).toThrow('less than 16 signs');
  });
});

test('a finding tells the place and the form, never the value', () => {
  const [finding] = findSecrets('the log', `a ${canary}`, secrets);

  expect(finding && formatFinding(finding)).toBe('the canary is in the log (plain)');
  expect(formsIn(JSON.stringify(finding))).toEqual([]);
});

describe('a folder', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-canary-'));
    mkdirSync(join(folder, 'a/b'), { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('is searched with all below it', () => {
    writeFileSync(join(folder, 'a/b/c.txt'), base64(canary));
    writeFileSync(join(folder, `a/${encodeURIComponent(canary)}`), canary);

    const { findings, searched } = searchFolder('the folder', folder, secrets);

    expect(searched).toBe(2);
    expect(findings.map(formatFinding).toSorted()).toEqual([
      'the canary is in a file name in the folder (URL-encoded)',
      'the canary is in the folder: a file with such a name (plain)',
      'the canary is in the folder: a/b/c.txt (base64)',
    ]);
  });

  test('but for what is left out', () => {
    writeFileSync(join(folder, 'a/b/c.txt'), canary);

    const count = searchFolder('the folder', folder, secrets, (path) => path === 'a/b');

    expect(count).toEqual({ findings: [], searched: 0, bytes: 0 });
  });

  test('that is not there holds nothing', () => {
    expect(searchFolder('x', join(folder, 'none'), secrets).searched).toBe(0);
  });
});

test('a registry is searched: tags, manifests, and blobs in what they point to', async () => {
  const answers = new Map([
    ['/v2/_catalog?n=1000', { repositories: ['a'] }],
    ['/v2/a/tags/list?n=1000', { name: 'a', tags: ['1'] }],
    ['/v2/a/manifests/1', { manifests: [{ digest: 'sha256:m' }] }],
    [
      '/v2/a/manifests/sha256:m',
      { config: { digest: 'sha256:c' }, layers: [{ digest: 'sha256:l' }] },
    ],
    ['/v2/a/blobs/sha256:c', { Env: [`PASSWORD=${canary}`] }],
    ['/v2/a/blobs/sha256:l', {}],
  ]);
  const server = await startServer(({ path }) => ({
    status: answers.has(path) ? 200 : 404,
    body: JSON.stringify(answers.get(path) ?? {}),
  }));

  const { findings, searched } = await searchRegistry(`http://${server.host}`, secrets);

  await server.close();
  expect(searched).toBe(4);
  expect(findings.map(formatFinding)).toEqual([
    'the canary is in a:sha256:m, blob sha256:c (plain)',
  ]);
});
