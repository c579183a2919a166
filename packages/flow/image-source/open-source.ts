import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatStoredImage, saveImage, type StoredImage } from '@slipway/io/engine';
import { openImage, type OpenedImage } from '@slipway/io/registry';
import type { Runtime } from '../runtime/index.js';

/** Where an image is that is in no registry yet. */
export type ImageSource =
  | {
      readonly kind: 'files';
      /** A folder or an archive, relative to the workspace. */
      readonly path: string;
      /** Which image, where it holds several: a name, a tag or a digest. */
      readonly refName?: string;
    }
  | ({ readonly kind: 'engine' } & StoredImage);

/** As a user writes it: `out/image.tar:1.4.0`, `docker-daemon:orders:1.4.0`. */
export function formatSource(source: ImageSource): string {
  if (source.kind === 'engine') return formatStoredImage(source);
  const { path, refName } = source;
  return refName === undefined ? path : `${path}:${refName}`;
}

/**
 * Opens an image, proven whole. One that an engine keeps is saved into a file first, which goes when it is closed:
 * its digest is that of what is saved, which an engine may know by another.
 *
 * @throws SlipwayError `source-invalid`, `engine-missing`, `not-found`; the signal's reason when aborted
 */
export async function openSource(
  source: ImageSource,
  { workspace, temporaryFolder, logger, clock, signal }: Runtime,
): Promise<OpenedImage> {
  const options = { temporaryFolder, logger, signal };
  if (source.kind === 'files') {
    const { path, refName } = source;
    const chosen = refName === undefined ? {} : { refName };
    return openImage(resolve(workspace, path), { ...options, ...chosen });
  }
  const place = await mkdtemp(join(temporaryFolder, 'slipway-saved-'));
  const removePlace = (): Promise<void> => rm(place, { recursive: true, force: true });
  try {
    const file = join(place, 'image.tar');
    await saveImage(source, file, { logger, clock, signal });
    const image = await openImage(file, { ...options, name: formatStoredImage(source) });
    const close = async (): Promise<void> => {
      await image.close();
      await removePlace();
    };
    return { ...image, close };
  } catch (error) {
    await removePlace();
    throw error;
  }
}
