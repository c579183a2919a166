import { expect, test } from '@jest/globals';
import { isFolderCopied } from './container-files.js';

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
