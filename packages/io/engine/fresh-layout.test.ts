import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isBelow, replaceLayout } from './fresh-layout.js';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fresh-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(fresh: string): Promise<{ readonly state: 'built' }> {
  await mkdir(fresh);
  await writeFile(join(fresh, 'new'), '');
  return { state: 'built' };
}

describe.each([
  ['beside what is built', 'context', 'layout'],
  ['in what is built', '.', 'out/layout'],
])('a layout %s', (_name, context, layout) => {
  test('takes the place of an old one, and nothing else is left', async () => {
    const folder = join(root, layout);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'old'), '');

    await replaceLayout(folder, join(root, context), write);

    expect(await readdir(folder)).toEqual(['new']);
    expect(await readdir(join(folder, '..'))).toEqual(['layout']);
  });

  test('that is not made leaves the old one', async () => {
    const folder = join(root, layout);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'old'), '');

    await replaceLayout(folder, join(root, context), async (fresh) => {
      await write(fresh);
      return { state: 'failed' };
    });

    expect(await readdir(folder)).toEqual(['old']);
    expect(await readdir(join(folder, '..'))).toEqual(['layout']);
  });
});

test('what is built never sees the layout that is being made', async () => {
  let seen: readonly string[] = [];

  await replaceLayout(join(root, 'out/layout'), root, async (fresh) => {
    seen = await readdir(root);
    return write(fresh);
  });

  expect(seen).toEqual([]);
});

test.each([
  ['/w', '/w', true],
  ['/w', '/w/out/image', true],
  ['/w', '/w/..out', true],
  ['/w', '/way', false],
  ['/w/a', '/w/out', false],
])('below %s is %s: %s', (folder, path, expected) => {
  expect(isBelow(folder, path)).toBe(expected);
});
