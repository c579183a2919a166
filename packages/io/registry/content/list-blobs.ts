import type { Digest } from '@slipway/core/image-ref';
import type { Descriptor } from '../protocol/index.js';
import type { ContentManifest } from './image-content.js';

/** The configs and layers of manifests, each once, without those that registries do not keep. */
export function listBlobs(manifests: readonly ContentManifest[]): readonly Descriptor[] {
  return listAll(manifests).filter((blob) => !isForeign(blob));
}

/** Layers that may not be distributed: they stay where their `urls` say. */
export function listForeignBlobs(manifests: readonly ContentManifest[]): readonly Descriptor[] {
  return listAll(manifests).filter(isForeign);
}

function listAll(manifests: readonly ContentManifest[]): readonly Descriptor[] {
  const blobs = new Map<Digest, Descriptor>();
  for (const { manifest } of manifests) {
    if (manifest.kind === 'index') continue;
    for (const blob of [manifest.config, ...manifest.layers]) blobs.set(blob.digest, blob);
  }
  return [...blobs.values()];
}

function isForeign({ mediaType }: Descriptor): boolean {
  return mediaType.includes('.nondistributable.') || mediaType.includes('.foreign.');
}
