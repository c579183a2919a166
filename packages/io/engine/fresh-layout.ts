import { access, constants, cp, mkdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { withPlace } from './own-things.js';

/**
 * Puts a new layout where there may be an old one. It is made beside it, so that a build that fails leaves what
 * was there, and its end is one rename; where that would be in what is built, it is made elsewhere, since no build
 * must see what belongs to another.
 *
 * @param context the folder that is built
 * @param make writes the layout into a folder that is not there yet; `place` is for whatever else it needs
 * @returns what `make` does; the layout is taken when that says so
 */
export async function replaceLayout<T extends { readonly state: 'built' | 'failed' }>(
  folder: string,
  context: string,
  make: (fresh: string, place: string) => Promise<T>,
): Promise<T> {
  if (isBelow(context, folder)) {
    return withPlace(tmpdir(), async (place) => {
      const fresh = join(place, 'layout');
      const made = await make(fresh, place);
      if (made.state === 'built') await moveIn(fresh, folder);
      return made;
    });
  }
  return withPlaceBeside(folder, async (place) => {
    const fresh = join(place, 'layout');
    const made = await make(fresh, place);
    if (made.state === 'built') await replaceBy(fresh, folder);
    return made;
  });
}

/** @example isBelow('/w', '/w/out/image') // true */
export function isBelow(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== '..' && !inside.startsWith('../');
}

async function withPlaceBeside<T>(folder: string, work: (place: string) => Promise<T>): Promise<T> {
  await makeFolder(dirname(folder));
  return withPlace(dirname(folder), work, `.${basename(folder)}-`);
}

/** Of a disk that is read-only Node says that a folder of it is not there. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    let existing = dirname(folder);
    while (!(await isThere(existing))) existing = dirname(existing);
    await access(existing, constants.W_OK);
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The two may be on different disks. */
async function moveIn(fresh: string, folder: string): Promise<void> {
  await withPlaceBeside(folder, async (beside) => {
    const copy = join(beside, 'layout');
    await rename(fresh, copy).catch(() => cp(fresh, copy, { recursive: true }));
    await replaceBy(copy, folder);
  });
}

async function replaceBy(fresh: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
