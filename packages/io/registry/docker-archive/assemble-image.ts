import type { Digest } from '@slipway/core/image-ref';
import type { ImageContent } from '../content/index.js';
import { listBlobs } from '../content/index.js';
import { computeDigest, parseManifest, type Descriptor } from '../protocol/index.js';
import type { Blob } from './compress-layer.js';

/** What a manifest says, in the order in which it says it. */
export interface ManifestPlan {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image of one manifest that is made here: the same plan is the same bytes. */
export function assembleImage(
  { mediaType, config, layers, annotations }: ManifestPlan,
  blobs: readonly Blob[],
): ImageContent {
  const fields = { schemaVersion: 2, mediaType, config, layers, annotations };
  const bytes = Buffer.from(JSON.stringify(fields));
  const digest = computeDigest(bytes);
  const descriptor = { mediaType, digest, size: bytes.length };
  const manifest = parseManifest(bytes, digest);
  const root = { descriptor, content: { mediaType, bytes }, manifest };
  const held = new Map<Digest, Blob>(blobs.map((blob) => [blob.digest, blob]));
  return {
    root,
    manifests: [root],
    blobs: listBlobs([root]),
    openBlob: ({ digest: wanted }, start) => {
      const blob = held.get(wanted);
      if (blob === undefined) throw new Error(`${wanted} is no blob of ${digest}`);
      return blob.open(start);
    },
  };
}
