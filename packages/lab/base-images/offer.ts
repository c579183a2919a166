import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors/index.js';
import { partFolder, type PartContext } from '../part/index.js';
import { readRegistryHost } from '../registry/index.js';
import { withLock } from '../state/index.js';
import { ensureBaseImages, type BaseImageSet } from './base-images.js';
import { pushBaseImages } from './push.js';

/**
 * The registry in which an engine finds its base images: `10.64.0.1:20000`.
 *
 * @throws LabError when it is not up
 */
export function requireMirror(lab: string): string {
  const host = readRegistryHost(lab, 'candidates');
  if (host === undefined)
    throw new LabError('an engine needs registry:candidates, which is not up');
  return host;
}

/** Whether the registry has the base images, and is the one that an engine was told of. */
export function hasBaseImages(lab: string, mirror: unknown): boolean {
  return existsSync(offeredFile(lab, 'usual')) && mirror === readRegistryHost(lab, 'candidates');
}

/** The registry forgets them with everything else that it holds, and with them the file that says so. */
export async function offerBaseImages(
  { lab, log, signal }: Pick<PartContext, 'lab' | 'log' | 'signal'>,
  which: BaseImageSet = 'usual',
): Promise<void> {
  const offered = offeredFile(lab, which);
  await withLock(join(lab, 'base-images.lock'), 'exclusive', { signal }, async () => {
    if (existsSync(offered)) return;
    const images = await ensureBaseImages({ log, signal }, which);
    await pushBaseImages(requireMirror(lab), images, { log, signal });
    writeFileSync(offered, '');
  });
}

function offeredFile(lab: string, which: BaseImageSet): string {
  return join(partFolder(lab, 'registry:candidates'), `base-images-${which}`);
}
