import type { Readable } from 'node:stream';
import type { Digest } from '@slipway/core/image-ref';
import type { Descriptor, Manifest, ManifestContent } from '../protocol/index.js';

export interface LayoutManifest {
  readonly descriptor: Descriptor;
  readonly content: ManifestContent;
  readonly manifest: Manifest;
}

/** An image in a folder, complete and proven: every blob is there with its size and digest. */
export interface Layout {
  readonly folder: string;
  readonly root: LayoutManifest;
  /** The root, all below it and all that refers to these, each after what it points to. */
  readonly manifests: readonly LayoutManifest[];
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
  openBlob(digest: Digest): Readable;
}
