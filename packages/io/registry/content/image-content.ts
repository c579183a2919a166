import type { Readable } from 'node:stream';
import type { Repository, Tag } from '@slipway/core/image-ref';
import type { BlobIdentity, Descriptor, Manifest, ManifestContent } from '../protocol/index.js';

export interface ContentManifest {
  readonly descriptor: Descriptor;
  readonly content: ManifestContent;
  readonly manifest: Manifest;
  /** The tags by which alone it is found to belong to the image (`sha256-….sig`): part of the content. */
  readonly tags?: readonly Tag[];
}

/** All that belongs to an image, wherever it is. */
export interface ImageContent {
  readonly root: ContentManifest;
  /** The root, all below it and all that refers to these, each after what it points to. */
  readonly manifests: readonly ContentManifest[];
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
  /** The repository that it is in; in the same registry its blobs may be mounted from there. */
  readonly origin?: Repository;
  /**
   * The content from byte `start` (default 0) to its end. That of a registry ends with an error when it is read
   * from its beginning and is not what its digest says; what is in files was proven when it was opened.
   */
  openBlob(blob: BlobIdentity, start?: number): Readable | Promise<Readable>;
}
