import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { extract, pack } from 'tar-stream';
import { clampTimes } from './clamp-times.js';

const limit = 1_700_000_000;

/** An archive of two files, the second of which is long enough to go through several chunks. */
async function makeArchive(seconds: number): Promise<Buffer> {
  const archive = pack();
  const mtime = new Date(seconds * 1000);
  archive.entry({ name: 'folder/', type: 'directory', mtime });
  archive.entry({ name: 'a', mtime }, 'a');
  archive.entry({ name: 'b', mtime }, 'b'.repeat(70_001));
  archive.finalize();
  return buffer(archive);
}

async function clamp(archive: Buffer, chunkBytes: number): Promise<Buffer> {
  const chunks = Array.from({ length: Math.ceil(archive.length / chunkBytes) }, (_none, index) =>
    Buffer.from(archive.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
  );
  return buffer(Readable.from(chunks).pipe(clampTimes(limit)));
}

async function listTimes(archive: Buffer): Promise<readonly [string, number, number][]> {
  const entries: [string, number, number][] = [];
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    const { name, mtime, size } = entry.header;
    entries.push([name, mtime.getTime() / 1000, size]);
    entry.resume();
  }
  return entries;
}

test.each([1, 511, 512, 100_000])(
  'what is later is the limit’s, in chunks of %i',
  async (bytes) => {
    const clamped = await clamp(await makeArchive(limit + 5), bytes);

    expect(await listTimes(clamped)).toEqual([
      ['folder/', limit, 0],
      ['a', limit, 1],
      ['b', limit, 70_001],
    ]);
  },
);

test('what is earlier stays as it is, byte by byte', async () => {
  const archive = await makeArchive(limit - 5);

  expect((await clamp(archive, 1000)).equals(archive)).toBe(true);
});

test('two archives that differ in their times alone are the same afterwards', async () => {
  const [one, other] = [await makeArchive(limit + 5), await makeArchive(limit + 99)];

  expect(one.equals(other)).toBe(false);
  expect((await clamp(one, 700)).equals(await clamp(other, 900))).toBe(true);
});
