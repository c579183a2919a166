import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import { ManifestWalk, listBlobs, type ContentManifest } from '../content/index.js';
import { mapParallel } from '../parallel/index.js';
import { blobPath, checkLayoutBlob, readLayoutIndex, readLayoutManifest } from './layout-files.js';
import type { Layout } from './layout.js';

export interface LayoutOptions {
  /** The name of the image (`org.opencontainers.image.ref.name`), for a layout that holds several. */
  readonly refName?: string;
}

const refNameAnnotation = 'org.opencontainers.image.ref.name';
const parallelReads = 4;

/**
 * Opens an OCI image layout and proves it: each blob must be there with its size and digest, before
 * anything of it is used. Layers that registries do not keep (“foreign”) are left out.
 *
 * @throws SlipwayError `source-invalid` with everything that is wrong
 */
export async function openLayout(folder: string, options: LayoutOptions = {}): Promise<Layout> {
  const { listed, problems: notALayout } = await readLayoutIndex(folder);
  if (notALayout.length > 0) throw refuse(folder, notALayout);
  const unreadable: Problem[] = [];
  const walk = new ManifestWalk(1, async (descriptor) => {
    const found = await readLayoutManifest(folder, descriptor);
    if ('manifest' in found) return found;
    unreadable.push(found);
    return undefined;
  });
  const top = await walk.readAll(listed);
  if (unreadable.length > 0) throw refuse(folder, unreadable);
  const root = chooseRoot(folder, top, options.refName);
  await walk.addWithChildren(root.descriptor);
  await walk.addReferrers(top);
  const blobs = listBlobs(walk.ordered);
  const checked = await mapParallel(parallelReads, blobs, (blob) => checkLayoutBlob(folder, blob));
  const problems = [...unreadable, ...checked.filter((problem) => problem !== undefined)];
  if (problems.length > 0) throw refuse(folder, problems);
  return {
    folder,
    root,
    manifests: walk.ordered,
    blobs,
    openBlob: ({ digest }) => createReadStream(join(folder, blobPath(digest))),
  };
}

function chooseRoot(
  folder: string,
  listed: readonly ContentManifest[],
  refName: string | undefined,
): ContentManifest {
  const named = (entry: ContentManifest): string | undefined =>
    entry.descriptor.annotations?.[refNameAnnotation];
  const roots = new Map<Digest, ContentManifest>();
  for (const entry of listed) {
    const isWanted = refName === undefined || named(entry) === refName;
    if (isWanted && entry.manifest.subject === undefined) {
      roots.set(entry.descriptor.digest, entry);
    }
  }
  const [only, ...others] = roots.values();
  if (only !== undefined && others.length === 0) return only;
  const names = listed.map((entry) => named(entry) ?? entry.descriptor.digest).join(', ');
  throw refuse(folder, [
    {
      subject: join(folder, 'index.json'),
      given: names,
      expected: refName === undefined ? 'exactly one image' : `exactly one image named ${refName}`,
      fix: `Add the name of the one that is meant to source: ${folder}:<name>.`,
    },
  ]);
}

function refuse(folder: string, problems: readonly Problem[]): SlipwayError {
  return new SlipwayError('source-invalid', `${folder} is not a complete OCI image layout`, {
    problems,
  });
}
