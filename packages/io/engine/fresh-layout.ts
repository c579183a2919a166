import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

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
  const isWithin = isBelow(context, folder);
  const place = isWithin
    ? await mkdtemp(join(tmpdir(), 'slipway-layout-'))
    : await makeBeside(folder);
  try {
    const fresh = join(place, 'layout');
    const made = await make(fresh, place);
    if (made.state === 'failed') return made;
    if (isWithin) await moveIn(fresh, folder);
    else await replaceBy(fresh, folder);
    return made;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** @example isBelow('/w', '/w/out/image') // true */
export function isBelow(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== '..' && !inside.startsWith('../');
}

async function makeBeside(folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  return mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
}

/** The two may be on different disks. */
async function moveIn(fresh: string, folder: string): Promise<void> {
  const beside = await makeBeside(folder);
  try {
    const copy = join(beside, 'layout');
    await rename(fresh, copy).catch(() => cp(fresh, copy, { recursive: true }));
    await replaceBy(copy, folder);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function replaceBy(fresh: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
