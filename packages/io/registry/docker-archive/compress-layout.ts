import { buffer } from 'node:stream/consumers';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import type { ImageContent } from '../content/index.js';
import type { FileStore, Layout } from '../layout/index.js';
import { maxManifestBytes, type Descriptor, type ImageManifest } from '../protocol/index.js';
import { assembleImage } from './assemble-image.js';
import { tryReadDiffIds } from './docker-config.js';
import { packLayers } from './pack-layers.js';

/** What a layer without compression is called, and what it is called in gzip. */
const gzipMediaTypes: ReadonlyMap<string, string> = new Map([
  ['application/vnd.oci.image.layer.v1.tar', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  [
    'application/vnd.docker.image.rootfs.diff.tar',
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
  ],
]);

/**
 * The layout that docker save writes from version 25 on. An engine with the classic store writes its layers
 * without compression, though no registry has them so: these are compressed, and the manifest is made anew.
 * Whatever is compressed already stays as it is, with its digest.
 *
 * @param folder for the layers, which the image is read from; whoever made it removes it
 * @returns the layout itself where nothing had to be compressed
 * @throws SlipwayError `source-invalid` when layers are missing, as Docker 25.0.0 loses them
 */
export async function compressLayout(
  store: FileStore,
  layout: Layout,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ImageContent> {
  const { manifest, descriptor } = layout.root;
  if (manifest.kind === 'index') return layout;
  await checkLayers(store, layout, manifest);
  const isPlain = ({ mediaType }: Descriptor): boolean => gzipMediaTypes.has(mediaType);
  if (layout.manifests.length > 1 || !manifest.layers.some(isPlain)) return layout;
  const plain = manifest.layers.filter(isPlain);
  const packed = await packLayers(
    plain.map((layer) => ({
      diffId: layer.digest,
      open: (start) => layout.openBlob(layer, start),
    })),
    folder,
    signal,
  );
  const byDigest = new Map(plain.map(({ digest }, index) => [digest, packed[index]]));
  const layers = manifest.layers.map((layer) => {
    const found = byDigest.get(layer.digest);
    const mediaType = gzipMediaTypes.get(layer.mediaType);
    if (found === undefined || mediaType === undefined) return layer;
    return { ...layer, mediaType, digest: found.digest, size: found.size };
  });
  const { config, annotations } = manifest;
  const kept = layout.blobs.filter(({ digest }) => !byDigest.has(digest));
  return assembleImage(
    { mediaType: descriptor.mediaType, config, layers, ...(annotations && { annotations }) },
    [
      ...kept.map((blob) => ({ ...blob, open: (start?: number) => layout.openBlob(blob, start) })),
      ...packed,
    ],
  );
}

/** See https://github.com/moby/moby/issues/47065 and https://github.com/moby/moby/issues/47150 */
async function checkLayers(
  store: FileStore,
  layout: Layout,
  { config, layers }: ImageManifest,
): Promise<void> {
  if (config.size > maxManifestBytes) return;
  const diffIds = tryReadDiffIds(await buffer(layout.openBlob(config)));
  if (diffIds === undefined) return; // no image that could be run
  const isPlain = ({ mediaType }: Descriptor): boolean => gzipMediaTypes.has(mediaType);
  const isOther = layers.some((layer, at) => isPlain(layer) && layer.digest !== diffIds[at]);
  if (diffIds.length === layers.length && !isOther) return;
  const problem: Problem = {
    subject: store.describe(layout.root.descriptor.digest),
    given: `a manifest with ${layers.length} layers`,
    expected: `the ${diffIds.length} layers of its config, in their order`,
    fix: 'Docker 25.0.0 loses layers or their order when it saves an image: update Docker, and save the image again.',
  };
  throw new SlipwayError(
    'source-invalid',
    `${store.name} is not a complete archive of docker save`,
    { problems: [problem] },
  );
}
