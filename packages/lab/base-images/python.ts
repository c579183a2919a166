import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { ensureSuitePackages, type SuitePackages } from '../packages/index.js';
import { searchPath } from './busybox.js';
import type { BaseImageRecipe, RecipeContext } from './recipe.js';

const packages: SuitePackages = {
  name: 'python',
  title: 'Python 3.11',
  suite: 'bookworm',
  seconds: 10,
  packages: [
    ...['python3.11', 'python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib'],
    ...['libc6', 'libc-bin', 'libbz2-1.0', 'libcrypt1', 'libdb5.3', 'libexpat1', 'libffi8'],
    ...['liblzma5', 'libncursesw6', 'libreadline8', 'libsqlite3-0', 'libssl3', 'libtinfo6'],
    ...['libuuid1', 'media-types', 'zlib1g'],
  ],
};

/** Python 3.11 from Debian's packages, its whole standard library compiled. There is no pip in it. */
export async function pythonRecipe({ log, signal }: RecipeContext): Promise<BaseImageRecipe> {
  const unpacked = await ensureSuitePackages(packages, log, signal);
  return {
    reference: 'python:3.11-slim',
    seconds: 15,
    decisive: [unpacked],
    fill: async (root, stop) => {
      cpSync(unpacked, root, { recursive: true, verbatimSymlinks: true });
      await compileLibrary(root, stop);
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
      for (const name of ['python', 'python3'])
        symlinkSync('/usr/bin/python3.11', join(root, 'usr/local/bin', name));
      symlinkSync('python3.11', join(root, 'usr/bin/python3'));
    },
    apart: [],
    config: { command: ['python3'], env: { PATH: searchPath, LANG: 'C.UTF-8' } },
  };
}

/**
 * A container without the right to write could not keep what it compiles. Compiled files that are never
 * compared with their sources do not mind the times of an image.
 */
async function compileLibrary(root: string, signal: AbortSignal | undefined): Promise<void> {
  const libraries = ['lib', 'usr/lib'].map((each) => join(root, each, 'x86_64-linux-gnu'));
  const loader = join(libraries[0] ?? '', 'ld-linux-x86-64.so.2');
  await runCommand(
    [
      ...([
        loader,
        '--library-path',
        libraries.join(':'),
        join(root, 'usr/bin/python3.11'),
      ] as const),
      ...['-m', 'compileall', '-q', '-j', String(availableParallelism())],
      ...['--invalidation-mode', 'unchecked-hash', '-s', root, join(root, 'usr/lib/python3.11')],
    ],
    {
      env: { PYTHONHOME: join(root, 'usr'), PYTHONPATH: undefined },
      ...(signal === undefined ? {} : { signal }),
    },
  );
}
