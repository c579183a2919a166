import { SlipwayError, type Problem } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import { openPart, type FilePart } from '../archive/index.js';
import { ManifestWalk, listBlobs } from '../content/index.js';
import { mapParallel } from '@slipway/core/parallel';
import { chooseRoot } from './choose-root.js';
import { folderStore, type FileStore } from './file-store.js';
import { findLayoutBlob, readLayoutIndex, readLayoutManifest } from './layout-files.js';
import type { Layout } from './layout.js';

export interface LayoutOptions {
  /**
   * For a layout that holds several images: the name of the one that is meant, its tag or its digest
   * (`io.containerd.image.name`, `org.opencontainers.image.ref.name`).
   */
  readonly refName?: string;
  readonly signal?: AbortSignal;
}

const parallelReads = 4;
/** Of all manifests together: they are kept until they are sent. */
const maxTotalBytes = 256 * 1024 * 1024;

/**
 * Opens an OCI image layout and proves it: each blob must be there with its size and digest, before
 * anything of it is used. Layers that registries do not keep (“foreign”) are left out.
 *
 * @throws SlipwayError `source-invalid` with everything that is wrong
 */
export function openLayout(folder: string, options: LayoutOptions = {}): Promise<Layout> {
  return openLayoutIn(folderStore(folder), options);
}

/** As `openLayout`, whatever holds the files. */
export async function openLayoutIn(
  store: FileStore,
  options: LayoutOptions,
  maxBytes = maxTotalBytes,
): Promise<Layout> {
  const { listed, problems: notALayout } = await readLayoutIndex(store);
  if (notALayout.length > 0) throw refuse(store, notALayout);
  const unreadable: Problem[] = [];
  let total = 0;
  const walk = new ManifestWalk(1, async (descriptor) => {
    const found = await readLayoutManifest(store, descriptor);
    if ('manifest' in found) {
      total += found.content.bytes.length;
      if (total <= maxBytes) return found;
      const expected = `manifests of at most ${maxBytes} bytes together`;
      throw refuse(store, [{ subject: store.describe('index.json'), expected }]);
    }
    unreadable.push(found);
    return undefined;
  });
  const top = await walk.readAll(listed);
  if (unreadable.length > 0) throw refuse(store, unreadable);
  const root = chooseRoot(store, top, options.refName);
  if (!('manifest' in root)) throw refuse(store, [root]);
  await walk.addWithChildren(root.descriptor);
  await walk.addReferrers(top);
  const blobs = listBlobs(walk.ordered);
  const found = await mapParallel(parallelReads, blobs, (blob) =>
    findLayoutBlob(store, blob, options.signal),
  );
  const wrong = found.filter((each) => 'expected' in each);
  const problems = [...unreadable, ...wrong];
  if (problems.length > 0) throw refuse(store, problems);
  const parts = new Map<Digest, FilePart>();
  for (const [index, { digest }] of blobs.entries()) {
    const part = found[index];
    if (part !== undefined && 'offset' in part) parts.set(digest, part);
  }
  return {
    root,
    manifests: walk.ordered,
    blobs,
    openBlob: ({ digest }, start) => {
      const part = parts.get(digest);
      if (part === undefined) throw new Error(`${store.name} has no blob ${digest}`);
      return openPart(part, start);
    },
  };
}

function refuse({ name }: FileStore, problems: readonly Problem[]): SlipwayError {
  return new SlipwayError('source-invalid', `${name} is not a complete OCI image layout`, {
    problems,
  });
}
