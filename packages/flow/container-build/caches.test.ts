import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Mount } from '@slipway/io/engine';
import { planCaches } from './caches.js';

let folder: string;
const plan = (repository = 'shop/orders', cacheFolder?: string): Promise<readonly Mount[]> =>
  planCaches([{ name: 'npm', path: '~/.npm' }], cacheFolder, {
    folders: [folder],
    home: join(folder, 'home'),
    workspace: folder,
    repository,
  });
const nameOf = async (repository?: string): Promise<string> => {
  const [mount] = await plan(repository);
  return mount?.kind === 'volume' ? mount.name : '';
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-caches-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a volume for each content of the lock files, and for each repository', async () => {
  const names = [await nameOf()];
  await writeFile(join(folder, 'package-lock.json'), '1');
  names.push(await nameOf(), await nameOf('shop/catalog'));
  await writeFile(join(folder, 'package-lock.json'), '2');
  names.push(await nameOf());
  await writeFile(join(folder, 'README.md'), '2');

  expect(new Set(names).size).toBe(4);
  expect(names[0]).toMatch(/^slipway-cache-npm-[\da-f]{16}$/);
  expect(await nameOf()).toBe(names[3]);
});

test('a folder of the machine is the same whatever the lock files are; home is on the machine, too', async () => {
  const mounts = await plan(undefined, join(folder, 'kept'));

  expect(mounts).toEqual([
    { kind: 'folder', source: join(folder, 'kept/npm'), target: join(folder, 'home/.npm') },
  ]);
  expect(await readdir(join(folder, 'kept'))).toEqual(['npm']);
  expect(await readdir(join(folder, 'home'))).toEqual(['.npm']);
});

test.each(['kept', 'npm'])('a link in the place of the folder %s is refused', async (name) => {
  const kept = join(folder, 'kept');
  if (name === 'npm') await plan(undefined, kept);
  await rm(join(kept, name === 'npm' ? 'npm' : ''), { recursive: true, force: true });
  await symlink(tmpdir(), name === 'npm' ? join(kept, 'npm') : kept);

  await expect(plan(undefined, kept)).rejects.toMatchObject({
    code: 'invalid-input',
    problems: [{ subject: 'cache-folder', fix: 'Remove the link.' }],
  });
});
