import type { Readable } from 'node:stream';
import type { ImageContent } from '../content/index.js';
import type { BlobIdentity } from '../protocol/index.js';

/** An image in a folder or an archive, complete and proven: every blob is there with its size and digest. */
export interface Layout extends ImageContent {
  openBlob(blob: BlobIdentity, start?: number): Readable;
}
