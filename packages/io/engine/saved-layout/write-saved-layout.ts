import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { textsAt, valueAt } from '../json.js';
import { formatImageConfig } from './image-config.js';
import { packSavedLayer } from './pack-saved-layer.js';
import type { SavedImage } from './unpack-saved-image.js';

/** What goes into a layout besides. */
export interface LayoutFacts {
  /** Of the manifest: `name=value`. */
  readonly annotations: readonly string[];
  /** Seconds since 1970 that nothing in the image is later than. */
  readonly sourceDateEpoch?: number;
  /** Of the images that it was built upon, uncompressed: they stay as they are. */
  readonly baseLayers: ReadonlySet<string>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
} as const;

/**
 * Writes an image that docker saved as an OCI image layout. What differs from one build of the same sources to the
 * next is left out: times after that of the commit, and what only the daemon knows.
 *
 * @param folder that is not there yet
 * @throws the signal's reason when aborted
 */
export async function writeSavedLayout(
  { config, layers }: SavedImage,
  folder: string,
  { annotations, sourceDateEpoch, baseLayers }: LayoutFacts,
  signal: AbortSignal,
): Promise<void> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const packed = [];
  const named = textsAt(config, 'rootfs', 'diff_ids');
  for (const [at, layer] of layers.entries()) {
    const epoch = baseLayers.has(named[at] ?? '') ? undefined : sourceDateEpoch;
    packed.push(await packSavedLayer(layer, blobs, epoch, signal));
  }
  const diffIds = packed.map(({ diffId }) => diffId);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: await writeBlob(
      blobs,
      mediaTypes.config,
      formatImageConfig(config, diffIds, sourceDateEpoch),
    ),
    layers: packed.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    ...(annotations.length === 0 ? {} : { annotations: toRecord(annotations) }),
  };
  const root = await writeBlob(blobs, mediaTypes.manifest, manifest);
  const platform = { architecture: valueAt(config, 'architecture'), os: valueAt(config, 'os') };
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: [{ ...root, platform }],
  };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

async function writeBlob(blobs: string, mediaType: string, content: object): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content));
  const hex = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(blobs, hex), bytes);
  return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
}

/** In the order of their names: the order in which they were given says nothing. */
function toRecord(pairs: readonly string[]): Readonly<Record<string, string>> {
  const entries = pairs.map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
