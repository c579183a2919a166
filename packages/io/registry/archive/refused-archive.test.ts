import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { formatMember, formatTar, paxMember, symbolicLink, tarEnd } from '@slipway/testing/archive';
import { openArchive } from './index.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function refusalOf(bytes: Uint8Array): Promise<string> {
  const file = join(folder, 'image.tar');
  await writeFile(file, bytes);
  const error: unknown = await openArchive(file, folder).catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(error)}`);
  expect(error.code).toBe('source-invalid');
  expect(error.fix).toMatch(/\.$/);
  return error.message.replaceAll(folder, '');
}

describe('what is refused', () => {
  const at = (start: number, what: string): string =>
    `/image.tar is not a tar archive that can be read: the header at byte ${start} ${what}`;
  const base256 = (...last: readonly number[]): Buffer =>
    Buffer.from([0x80, ...Array<number>(11 - last.length).fill(0), ...last]);

  test.each<[string, Uint8Array, string]>([
    ['an empty file', Buffer.alloc(0), at(0, 'reaches to byte 512, but the archive ends at 0')],
    ['text', Buffer.from('no tar '.repeat(100)), at(0, 'has a checksum that is no octal number')],
    ['a checksum', formatTar([{ name: 'a', checksum: 1 }]), at(0, 'has a wrong checksum')],
    [
      'the second header',
      formatTar([
        { name: 'a', content: 'one' },
        { name: 'b', checksum: 1 },
      ]),
      at(1024, 'has a wrong checksum'),
    ],
    [
      'an end that is missing',
      formatMember({ name: 'a', content: 'one' }),
      at(1024, 'reaches to byte 1536, but the archive ends at 1024'),
    ],
    [
      'content that is cut off',
      formatMember({ name: 'a', content: 'x'.repeat(600) }).subarray(0, 700),
      at(0, 'reaches to byte 1112, but the archive ends at 700'),
    ],
    [
      'an extended header that is cut off',
      formatTar([{ ...paxMember(['path', 'a']), sizeField: '00000007777\0' }]),
      at(0, 'reaches to byte 4607, but the archive ends at 2048'),
    ],
    [
      'an absolute name',
      formatTar([{ name: '/etc/passwd' }]),
      at(0, 'names "/etc/passwd", which leaves the archive'),
    ],
    [
      'a name above',
      formatTar([{ name: 'a/../../b' }]),
      at(0, 'names "a/../../b", which leaves the archive'),
    ],
    [
      'a name above, of pax',
      formatTar([paxMember(['path', '../b']), { name: 'a' }]),
      at(1024, 'names "../b", which leaves the archive'),
    ],
    [
      'a name with a zero',
      formatTar([paxMember(['path', 'a\0b']), { name: 'a' }]),
      at(1024, 'names "a\\u0000b", which leaves the archive'),
    ],
    [
      'a negative size',
      formatTar([{ name: 'a', sizeField: Buffer.alloc(12, 0xff) }]),
      at(0, 'has a negative size'),
    ],
    [
      'a size above 2^53',
      formatTar([{ name: 'a', sizeField: base256(0x20, 0, 0, 0, 0, 0, 0) }]),
      at(0, 'has a size above 2^53'),
    ],
    [
      'a size up to 2^53, of which nothing is there',
      formatTar([{ name: 'a', sizeField: base256(0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) }]),
      at(0, 'reaches to byte 9007199254741504, but the archive ends at 1536'),
    ],
    [
      'a size of pax above 2^53',
      formatTar([paxMember(['size', '9007199254740992']), { name: 'a' }]),
      at(1024, 'has a size above 2^53'),
    ],
    [
      'a size of pax below zero',
      formatTar([paxMember(['size', '-1']), { name: 'a' }]),
      at(1024, 'has a size that is no decimal number'),
    ],
    [
      'a size in words',
      formatTar([{ name: 'a', sizeField: 'three\0' }]),
      at(0, 'has a size that is no octal number'),
    ],
    ['a sparse file of GNU', formatTar([{ name: 'a', type: 'S' }]), at(0, 'is of a sparse file')],
    [
      'a sparse file of pax',
      formatTar([paxMember(['GNU.sparse.major', '1']), { name: 'a' }]),
      at(0, 'is of a sparse file'),
    ],
    [
      'a sparse file of star',
      formatTar([paxMember(['SCHILY.realsize', '1']), { name: 'a' }]),
      at(0, 'is of a sparse file'),
    ],
    [
      'a link with content',
      formatTar([{ ...symbolicLink('a', 'b'), content: 'one' }]),
      at(0, 'has 3 bytes of content, but is no file'),
    ],
    [
      'a folder with content',
      formatTar([{ name: 'a/', type: '5', content: 'one' }]),
      at(0, 'has 3 bytes of content, but is no file'),
    ],
    [
      'another volume',
      formatTar([{ name: 'a', type: 'M' }]),
      at(0, 'has the type "M", which is not known'),
    ],
    [
      'a large extended header',
      formatTar([{ ...paxMember(['path', 'a']), sizeField: '00004000001\0' }]),
      at(0, 'announces 1048577 bytes, more than 1048576'),
    ],
    ...[
      '9 path=ab\n',
      'path=ab\n',
      '99 path=ab\n',
      '10 path=ab',
      '9 pathab\n',
      '5 =a\n',
      '0 ',
      '3 \n',
    ].map((content): [string, Uint8Array, string] => [
      `an extended header ${JSON.stringify(content)}`,
      formatTar([{ name: 'x', type: 'x', content }, { name: 'a' }]),
      at(0, 'has an extended header that cannot be read'),
    ]),
  ])('%s', async (_name, bytes, sentence) => {
    expect(await refusalOf(bytes)).toBe(sentence);
  });

  test('more headers than an image has', async () => {
    const many = Buffer.alloc(100_001 * 512, formatMember({ name: 'a' }));

    expect(await refusalOf(Buffer.concat([many, tarEnd]))).toBe(
      at(51_200_000, 'comes after 100000 others, the most that are read'),
    );
  });

  test('names that would fill the memory', async () => {
    const named = Array.from({ length: 18 }, (_each, number) => [
      { name: 'l', type: 'L', content: String(number % 10).repeat(1_000_000) },
      { name: 'a' },
    ]);

    expect(await refusalOf(formatTar(named.flat()))).toMatch(
      /brings the names above 16777216 characters$/,
    );
  });

  test.each([
    ['zstd', '28b52ffd'],
    ['bzip2', '425a6839'],
    ['xz', 'fd377a585a0000'],
  ])('what is compressed with %s', async (program, beginning) => {
    expect(await refusalOf(Buffer.from(beginning, 'hex'))).toBe(
      `/image.tar is compressed with ${program}`,
    );
  });
});
