import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestRepository, type TestRepository } from '@slipway/testing/git';
import type { ImagePlan, SourcePlan } from './build-plan.js';
import { tryReadBuiltCommit, type BuiltCommit } from './built-commit.js';

const { signal } = new AbortController();
let repository: TestRepository;

beforeEach(async () => {
  repository = await createTestRepository();
  await repository.commit({
    message: 'feat: all of it',
    files: { 'svc/a.js': '1', 'svc/b.js': '1', 'docs/a.md': '1', '.gitignore': 'made\n' },
  });
  await repository.git('reset', '--quiet', '--hard');
});

afterEach(async () => {
  await repository.remove();
});

function read(workspace = repository.folder): Promise<BuiltCommit | undefined> {
  const context = join(workspace, 'svc');
  const source: SourcePlan = {
    ...{ context, folder: 'svc', dockerfile: join(context, 'Dockerfile') },
    ...{ buildArgs: [], secrets: [], cacheFrom: [] },
  };
  const layout = join(context, 'out/image');
  const image: ImagePlan = {
    ...{ name: 'image', labels: [], annotations: [], platforms: [], cacheTo: [], layout },
    ...{ evidence: `${layout}.tests`, provenance: `${layout}.provenance` },
  };
  return tryReadBuiltCommit(source, image, { workspace, signal });
}

const write = async (path: string): Promise<void> => {
  await mkdir(join(repository.folder, path, '..'), { recursive: true });
  await writeFile(join(repository.folder, path), '2');
};

describe('what is built is the commit', () => {
  test('when nothing differs', async () => {
    const head = (await repository.git('rev-parse', 'HEAD')).trim();

    expect(await read()).toEqual({ hash: head, seconds: expect.any(Number), changed: [] });
  });

  test.each([
    ['another folder', 'docs/a.md'],
    ['what git ignores', 'svc/made'],
    ['the layout of an earlier build', 'svc/out/image/index.json'],
    ['its provenance', 'svc/out/image.provenance'],
  ])('although %s differs', async (_name, path) => {
    await write(path);

    expect((await read())?.changed).toEqual([]);
  });
});

test('what differs is told, new files and removed ones, too', async () => {
  await write('svc/a.js');
  await write('svc/new file.js');
  await rm(join(repository.folder, 'svc/b.js'));

  expect((await read())?.changed).toEqual(['svc/a.js', 'svc/b.js', 'svc/new file.js']);
});

test('no program of the repository is run to find that out', async () => {
  await repository.git('config', 'core.fsmonitor', 'touch ran; false');

  await read();

  expect(await readdir(repository.folder)).not.toContain('ran');
});

test('it says where it was fetched from, without a password', async () => {
  await repository.git('remote', 'add', 'origin', 'https://ci:hunter2@example.com/shop/orders.git');

  expect((await read())?.webUrl).toBe('https://example.com/shop/orders');
});

test('outside of a repository there is none', async () => {
  await rm(join(repository.folder, '.git'), { recursive: true });

  expect(await read()).toBeUndefined();
});
