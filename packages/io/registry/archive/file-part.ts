import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { digestOf, type Digest, type DigestAlgorithm } from '@slipway/core/image-ref';

/** A part of a file, or all of it: the content of something. In bytes. */
export interface FilePart {
  readonly file: string;
  readonly offset: number;
  readonly size: number;
}

const bufferBytes = 256 * 1024;

/** The content from byte `start` of it to its end. */
export function openPart({ file, offset, size }: FilePart, start = 0): Readable {
  if (start >= size) return Readable.from([]);
  return createReadStream(file, { start: offset + start, end: offset + size - 1 });
}

/**
 * The digest of the content. One buffer is used for all of it: a stream would make a new one for each chunk, and a
 * large layer would fill the memory with them.
 *
 * @throws the signal's reason when it is aborted
 */
export async function hashPart(
  { file, offset, size }: FilePart,
  algorithm: DigestAlgorithm,
  signal?: AbortSignal,
): Promise<Digest> {
  const hash = createHash(algorithm);
  const buffer = Buffer.alloc(Math.min(bufferBytes, size));
  const opened = await open(file);
  try {
    for (let at = 0; at < size;) {
      signal?.throwIfAborted();
      const wanted = Math.min(buffer.length, size - at);
      const { bytesRead } = await opened.read(buffer, 0, wanted, offset + at);
      if (bytesRead === 0) break; // it became shorter, and its digest another
      hash.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await opened.close();
  }
  return digestOf(hash.digest('hex'), algorithm);
}
