import { createHash } from 'node:crypto';
import { digestOf, type Digest } from '@slipway/core/image-ref';

/** The SHA-256 digest of bytes, or of a text in UTF-8. */
export function computeDigest(content: Uint8Array | string): Digest {
  return digestOf(createHash('sha256').update(content).digest('hex'));
}
