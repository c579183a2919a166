import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { formatTar, paxMember, type TestMember } from '@slipway/testing/archive';
import { runCommand } from '../../command/index.js';
import { openArchive, openPart } from './index.js';
import { TarHeaderError } from './tar-header.js';
import { readTarIndex, type TarIndex } from './tar-index.js';

describe('what tar writes', () => {
  const medium = `${'folder-of-thirty-characters-00/'.repeat(4)}file`;
  const long = `${'folder-of-thirty-characters-00/'.repeat(10)}file`;
  const short = { 'index.json': '{}', 'blobs/sha256/ab': 'x'.repeat(5000), empty: '' };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golden-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['v7', short],
    ['ustar', { ...short, [medium]: 'medium' }],
    ['oldgnu', { ...short, [medium]: 'medium', [long]: 'long' }],
    ['gnu', { ...short, [medium]: 'medium', [long]: 'long', 'ä/ö': 'letters' }],
    ['posix', { ...short, [medium]: 'medium', [long]: 'long', 'ä/ö': 'letters' }],
  ])('in the format %s', async (format, files) => {
    const root = join(folder, 'root');
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    await link(join(root, 'index.json'), join(root, 'z-hard'));
    await symlink('../../index.json', join(root, 'blobs/sha256/z-symbolic'));
    const file = join(folder, 'image.tar');
    await runCommand(['tar', '--format', format, '-C', root, '-cf', file, '.']);

    const archive = await openArchive(file, folder);

    const links = { 'z-hard': '{}', 'blobs/sha256/z-symbolic': '{}' };
    for (const [path, content] of Object.entries({ ...files, ...links })) {
      const found = archive.tryFind(path);
      expect([path, found && (await text(openPart(found)))]).toEqual([path, content]);
    }
  });

  test.each(['gnu', 'posix'])('a sparse file in the format %s is refused', async (format) => {
    await writeFile(join(folder, 'holes'), '');
    await truncate(join(folder, 'holes'), 1_000_000);
    const file = join(folder, 'image.tar');
    await runCommand(['tar', '--sparse', '--format', format, '-C', folder, '-cf', file, 'holes']);

    await expect(openArchive(file, folder)).rejects.toThrow('is of a sparse file');
  });
});

describe('whatever an archive holds', () => {
  /** The same numbers for the same seed (a linear congruence, Numerical Recipes). */
  function createChoice(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  function randomMember(choose: (below: number) => number): TestMember {
    const bytes = (length: number): Buffer =>
      Buffer.from(Array.from({ length }, () => choose(256)));
    const from = <T>(...values: readonly [T, ...T[]]): T =>
      values[choose(values.length)] ?? values[0];
    const name = from('a', 'b/c', '../d', '/e', './f', 'a/../../g', bytes(20).toString('latin1'));
    const keyword = from('path', 'size', 'linkpath', 'other');
    const value = from(name, '-1', '9007199254740993', '700', bytes(5).toString('latin1'));
    const sizes = [bytes(12), '77777777777\0', '00000000010\0', Buffer.from([0x80, ...bytes(11)])];
    const sizeField = choose(3) === 0 ? sizes[choose(sizes.length)] : undefined;
    return {
      ...(choose(4) === 0 ? paxMember([keyword, value]) : { name, content: bytes(choose(1200)) }),
      type: from(
        '0',
        '0',
        '0',
        '1',
        '2',
        '5',
        'x',
        'g',
        'L',
        'K',
        String.fromCharCode(choose(128)),
      ),
      linkName: from('a', '../x', 'b/c'),
      ...(sizeField === undefined ? {} : { sizeField }),
    };
  }

  async function tryIndex(bytes: Buffer): Promise<TarIndex | undefined> {
    const read = (buffer: Buffer, offset: number, length: number, position: number) =>
      Promise.resolve({ bytesRead: bytes.copy(buffer, offset, position, position + length) });
    try {
      return await readTarIndex({ read }, bytes.length);
    } catch (error) {
      if (error instanceof TarHeaderError) return undefined;
      throw error;
    }
  }

  test('it is refused, or every file lies within it', async () => {
    const counts = { read: 0, refused: 0 };
    for (let seed = 1; seed <= 3000; seed += 1) {
      const choose = createChoice(seed);
      const whole = formatTar(Array.from({ length: 1 + choose(4) }, () => randomMember(choose)));
      const bytes = choose(5) === 0 ? whole.subarray(0, choose(whole.length)) : whole;

      const index = await tryIndex(bytes);

      counts[index === undefined ? 'refused' : 'read'] += 1;
      const bad = [...(index ?? [])].filter(([path, member]) => {
        const isOutside = member.kind === 'file' && member.offset + member.size > bytes.length;
        return isOutside || path.startsWith('/') || path.split('/').includes('..');
      });
      expect([seed, bad]).toEqual([seed, []]);
    }
    expect(counts.read).toBeGreaterThan(200);
    expect(counts.refused).toBeGreaterThan(300);
  });
});
