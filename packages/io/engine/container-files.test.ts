import { expect, test } from '@jest/globals';
import { extract, pack } from 'tar-stream';
import { isFolderCopied, readEntries } from './container-files.js';
import type { ContainerFile } from './engine.js';

test.each([
  ['docker', 'Error response from daemon: Could not find the file /app/reports in container c'],
  ['docker', 'Error response from daemon: lstat /app/file/reports: not a directory'],
  ['podman', 'Error: "/app/reports" could not be found on container c: no such file or directory'],
  ['buildah', 'Error: … copier: stat: "/app/reports": no such file or directory'],
])('a folder that is not there holds nothing, as %s says it', (program, stderr) => {
  expect(isFolderCopied(program, { exitCode: 1, stderr })).toBe(false);
  expect(isFolderCopied(program, { exitCode: 0, stderr: '' })).toBe(true);
});

test.each([
  ['error during connect: Get "http://…": EOF\n', 'error during connect: Get "http://…": EOF'],
  ['', 'exit code 125'],
])('what breaks off is no folder without reports: %j', (stderr, cause) => {
  const copy = (): boolean => isFolderCopied('docker', { exitCode: 125, stderr });

  expect(copy).toThrow(
    expect.objectContaining({
      code: 'build-failed',
      message: 'docker cannot copy the files of the container',
      cause: new Error(cause),
    }),
  );
});

test('a link that is wanted is named, and its target not read', async () => {
  const since = new Date('2026-01-02T03:04:05Z');
  const old = new Date(0);
  const archive = pack();
  archive.entry({ name: 'reports/a.xml', mtime: since }, '<a/>');
  archive.entry({ name: 'reports/old.xml', mtime: old }, '<a/>');
  archive.entry({ name: 'reports/b.xml', type: 'symlink', linkname: '/out.xml', mtime: old });
  archive.entry({ name: 'reports/c.xml', type: 'link', linkname: 'reports/x', mtime: since });
  archive.entry({ name: 'reports/d', type: 'symlink', linkname: 'a.xml', mtime: since });
  archive.finalize();
  const files = new Map<string, ContainerFile>();
  const wanted = {
    bases: ['reports'],
    matches: (path: string) => path.endsWith('.xml'),
    mostBytes: 1_000,
    since,
  };

  await readEntries(archive.pipe(extract()), 'reports', wanted, files);

  expect([...files.values()]).toEqual([
    { path: 'reports/a.xml', bytes: Buffer.from('<a/>') },
    { path: 'reports/b.xml', linksTo: '/out.xml' },
    { path: 'reports/c.xml', linksTo: 'x' },
  ]);
});
