import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { invalidInput } from '@slipway/core/errors';
import type { Mount } from '@slipway/io/engine';

/** A folder of a container that is there again in the next run. */
export interface Cache {
  readonly name: string;
  /** Absolute, or `~/…` in the home of the user. */
  readonly path: string;
}

export interface CachePlaces {
  /** Where lock files are looked for. Absolute. */
  readonly folders: readonly string[];
  /** The home of the user in the container, which is on this machine. */
  readonly home: string;
  /** Where containers may write whatever they like, links too. Absolute. */
  readonly workspace: string;
  /** Whose caches these are: no other repository gets them. */
  readonly repository: string;
}

/** Files that name every package with its version; with them changes what a cache should hold. */
const lockFiles = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock'],
  ...['go.sum', 'go.work.sum', 'Cargo.lock', 'poetry.lock', 'uv.lock', 'Pipfile.lock', 'pdm.lock'],
  ...['requirements.txt', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'gradle.lockfile'],
  ...['libs.versions.toml', 'Gemfile.lock', 'composer.lock', 'packages.lock.json', 'mix.lock'],
  ...['Package.resolved', 'pubspec.lock', 'conan.lock', 'build.sbt', 'deno.lock'],
];

/**
 * Where caches are kept: in volumes of the engine, one for each content of the lock files, or in folders of one
 * folder of this machine, for whoever keeps that.
 *
 * @throws SlipwayError `invalid-input` when a folder in the workspace leads out of it
 */
export async function planCaches(
  caches: readonly Cache[],
  folder: string | undefined,
  places: CachePlaces,
): Promise<readonly Mount[]> {
  const key = folder === undefined ? await hashLockFiles(places) : '';
  return Promise.all(
    caches.map(async ({ name, path }): Promise<Mount> => {
      const target = isInHome({ path }) ? join(places.home, path.slice(2)) : path;
      // else the engine makes it, and it is root's
      if (isInHome({ path })) await mkdir(target, { recursive: true });
      if (folder === undefined) {
        return { kind: 'volume', name: `slipway-cache-${name}-${key}`, target };
      }
      const source = join(folder, name);
      await mkdir(source, { recursive: true });
      await assertInside(source, places);
      return { kind: 'folder', source, target };
    }),
  );
}

/** Whether a cache is in the home of the user. */
export function isInHome({ path }: Pick<Cache, 'path'>): boolean {
  return path.startsWith('~/');
}

/** Whether a path begins in a folder, as it is written. */
export function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** A container, or a cache that somebody restored, may have put a link in the place of a folder. */
async function assertInside(source: string, { workspace }: CachePlaces): Promise<void> {
  if (!isIn(workspace, source)) return;
  const real = await realpath(source);
  if (isIn(await realpath(workspace), real)) return;
  throw invalidInput([
    {
      subject: 'cache-folder',
      given: `${source}, which leads to ${real}`,
      expected: 'a folder in the workspace without a link out of it',
      fix: 'Remove the link.',
    },
  ]);
}

async function hashLockFiles({ folders, repository }: CachePlaces): Promise<string> {
  const hash = createHash('sha256').update(repository);
  for (const folder of new Set(folders)) {
    const names = await readdir(folder);
    for (const name of lockFiles.filter((each) => names.includes(each))) {
      hash.update(`\0${name}\0`).update(await readFile(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
