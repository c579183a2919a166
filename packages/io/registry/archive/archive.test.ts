import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { SlipwayError } from '@slipway/core/errors';
import { formatTar, paxMember, symbolicLink, type TestMember } from '@slipway/testing/archive';
import { openArchive, openPart, type Archive } from './index.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
  file = join(folder, 'image.tar');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function openWith(bytes: Uint8Array): Promise<Archive> {
  await writeFile(file, bytes);
  return openArchive(file, folder);
}

async function read(archive: Archive, path: string, start?: number): Promise<string | undefined> {
  const found = archive.tryFind(path);
  return found === undefined ? undefined : text(openPart(found, start));
}

async function refusalOf(bytes: Uint8Array): Promise<string> {
  const error: unknown = await openWith(bytes).catch((thrown: unknown) => thrown);
  if (!(error instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(error)}`);
  return error.message.replaceAll(folder, '');
}

const long = 'n'.repeat(300);

describe('what is found', () => {
  test.each<[string, readonly TestMember[], string, string | undefined]>([
    ['a file', [{ name: 'a', content: 'one' }], 'a', 'one'],
    ['an empty file', [{ name: 'a' }], 'a', ''],
    ['one of exactly a block', [{ name: 'a', content: 'x'.repeat(512) }, { name: 'b' }], 'b', ''],
    ['a path written otherwise', [{ name: './b//c', content: 'one' }], 'b/c', 'one'],
    ['a prefix of ustar', [{ name: 'c', prefix: 'a/b', content: 'one' }], 'a/b/c', 'one'],
    [
      'no prefix in what is no ustar',
      [{ name: 'c', prefix: 'a/b', magic: 'ustar  \0', content: 'one' }],
      'c',
      'one',
    ],
    [
      'a header older than ustar',
      [{ name: 'a', magic: '', type: '\0', content: 'one' }],
      'a',
      'one',
    ],
    [
      'of two with one path the last',
      [
        { name: 'a', content: 'one' },
        { name: './a', content: 'two' },
      ],
      'a',
      'two',
    ],
    [
      'no file where a folder came later',
      [{ name: 'a' }, { name: 'a/', type: '5' }],
      'a',
      undefined,
    ],
    ['a path of pax', [paxMember(['path', long]), { name: 'a', content: 'one' }], long, 'one'],
    [
      'a path of pax is of the next only',
      [paxMember(['path', 'x']), { name: 'a' }, { name: 'b', content: 'two' }],
      'b',
      'two',
    ],
    [
      'a size of pax',
      [paxMember(['size', '3']), { name: 'a', content: 'one', sizeField: '00000000000\0' }],
      'a',
      'one',
    ],
    [
      'a global record, taken back by an own one',
      [
        { ...paxMember(['path', 'x']), type: 'g' },
        paxMember(['path', '']),
        { name: 'a', content: 'one' },
        { name: 'b', content: 'two' },
      ],
      'a',
      'one',
    ],
    [
      'a long name of GNU',
      [
        { name: '././@LongLink', type: 'L', content: `${long}\0` },
        { name: 'cut off', content: 'one' },
      ],
      long,
      'one',
    ],
    [
      'records before a long name',
      [{ name: 'l', type: 'L', content: `${long}\0` }, paxMember(['path', 'p']), { name: 'a' }],
      'p',
      '',
    ],
    [
      'a size in base 256',
      [
        {
          name: 'a',
          content: 'one',
          sizeField: Buffer.from([0x80, ...Array<number>(10).fill(0), 3]),
        },
      ],
      'a',
      'one',
    ],
    ['nothing', [{ name: 'a' }], 'b', undefined],
    ['nothing for a folder', [{ name: 'a/', type: '5' }], 'a', undefined],
    ['nothing outside of the archive', [{ name: 'etc/passwd' }], '/etc/passwd', undefined],
    ['nothing above the archive', [{ name: 'a' }], '../a', undefined],
  ])('%s', async (_name, members, path, content) => {
    const archive = await openWith(formatTar(members));

    expect(await read(archive, path)).toBe(content);
  });

  test.each<[string, readonly TestMember[], string, string | undefined]>([
    ['a link beside it', [symbolicLink('a/l', '../b/f')], 'a/l', 'content'],
    ['a link to a link', [symbolicLink('l', 'm'), symbolicLink('m', 'b/f')], 'l', 'content'],
    ['a hard link', [{ name: 'a/l', type: '1', linkName: 'b/f' }], 'a/l', 'content'],
    [
      'a long target of GNU',
      [{ name: 'k', type: 'K', content: `${'./'.repeat(200)}b/f\0` }, symbolicLink('l', 'cut off')],
      'l',
      'content',
    ],
    ['a target of pax', [paxMember(['linkpath', 'b/f']), symbolicLink('l', 'x')], 'l', 'content'],
    ['to something outside', [symbolicLink('l', '/etc/passwd')], 'l', undefined],
    ['to something above', [symbolicLink('b/l', '../../b/f')], 'b/l', undefined],
    [
      'a hard link to something above',
      [{ name: 'l', type: '1', linkName: '../b/f' }],
      'l',
      undefined,
    ],
    ['to itself', [symbolicLink('l', 'l')], 'l', undefined],
    [
      'too deep',
      Array.from({ length: 9 }, (_each, at) =>
        symbolicLink(`l${at}`, at === 8 ? 'b/f' : `l${at + 1}`),
      ),
      'l0',
      undefined,
    ],
  ])('a link: %s', async (_name, links, path, content) => {
    const archive = await openWith(formatTar([{ name: 'b/f', content: 'content' }, ...links]));

    expect(await read(archive, path)).toBe(content);
  });

  test.each([
    [0, 'content'],
    [3, 'tent'],
    [7, ''],
    [8, ''],
  ])('from byte %d to the end of the file', async (start, rest) => {
    const archive = await openWith(formatTar([{ name: 'a', content: 'content' }, { name: 'b' }]));

    expect(await read(archive, 'a', start)).toBe(rest);
  });
});

describe('gzip', () => {
  const tar = formatTar([{ name: 'a', content: 'content'.repeat(1000) }]);

  test('is unpacked once, whatever it is named, and in several parts', async () => {
    const parts = [tar.subarray(0, 700), tar.subarray(700)].map((part) => gzipSync(part));

    const archive = await openWith(Buffer.concat(parts));

    expect(await read(archive, 'a')).toBe('content'.repeat(1000));
    expect(await readFile(join(folder, 'unpacked.tar'))).toEqual(tar);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test.each([
    ['cut off', gzipSync(tar).subarray(0, -20)],
    ['damaged', Buffer.from(gzipSync(tar)).fill(0xff, 20, 40)],
  ])('%s', async (_name, bytes) => {
    expect(await refusalOf(bytes)).toBe('/image.tar is not a whole file in gzip');
  });

  test('no small file fills the disk', async () => {
    await writeFile(file, gzipSync(Buffer.alloc(1_000_000)));

    const opened = openArchive(file, folder, { maxBytes: 100_000 });

    await expect(opened).rejects.toThrow(`${file} unpacks to over 100000 bytes`);
  });

  test('is interrupted', async () => {
    await writeFile(file, gzipSync(tar));
    const reason = new Error('out of time');

    const opened = openArchive(file, folder, { signal: AbortSignal.abort(reason) });

    await expect(opened).rejects.toBe(reason);
  });
});
