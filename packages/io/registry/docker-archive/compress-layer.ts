import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, type Digest } from '@slipway/core/image-ref';
import { isZlibError } from '../archive/index.js';

/** What is read again as often as it is sent. */
export interface Blob {
  readonly digest: Digest;
  readonly size: number;
  /** The content from byte `start` on. */
  readonly open: (start?: number) => Readable;
}

export interface PackedLayer extends Blob {
  /** Of the content without compression: what a config calls the layer (`diff_ids`). */
  readonly diffId: Digest;
}

/** What docker push uses, too; fixed, so that the same Node makes the same bytes. */
const level = 6;

/**
 * Compresses a layer with gzip into a file of the folder; of one that is in gzip already nothing is written.
 * Neither a name nor a time goes in: the same layer is the same bytes, as long as Node has the same zlib.
 *
 * @param open opens the layer from byte `start` on
 * @param name of the file
 * @throws SlipwayError `source-invalid` for gzip that is damaged
 */
export async function compressLayer(
  open: (start?: number) => Readable,
  folder: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<PackedLayer> {
  const stop = signal === undefined ? {} : { signal };
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  const count = (bytes: number): void => void (size += bytes);
  try {
    if (await isGzip(open)) {
      await pipeline(open(), tap(packed, count), createGunzip(), plain, stop);
      return { diffId: finish(plain), digest: finish(packed), size, open };
    }
    const file = join(folder, name);
    const written = createWriteStream(file, { flags: 'wx' });
    await pipeline(open(), tap(plain), createGzip({ level }), tap(packed, count), written, stop);
    const reopen = (start = 0): Readable => createReadStream(file, { start });
    return { diffId: finish(plain), digest: finish(packed), size, open: reopen };
  } catch (error) {
    signal?.throwIfAborted();
    if (!isZlibError(error)) throw error;
    throw new SlipwayError('source-invalid', 'a layer is not whole in gzip', {
      cause: error,
      fix: 'Save the image again, and pass the archive on whole.',
    });
  }
}

/** Passes bytes on, and shows them to a hash. */
function tap(hash: Hash, count?: (bytes: number) => void): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      count?.(chunk.length);
      done(undefined, chunk);
    },
  });
}

function finish(hash: Hash): Digest {
  return digestOf(hash.digest('hex'));
}

async function isGzip(open: () => Readable): Promise<boolean> {
  const content = open();
  try {
    for await (const chunk of content) {
      if (chunk instanceof Uint8Array) return chunk[0] === 0x1f && chunk[1] === 0x8b;
    }
    return false;
  } finally {
    content.destroy();
  }
}
