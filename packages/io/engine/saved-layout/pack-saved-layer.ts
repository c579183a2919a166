import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { clampTimes } from './clamp-times.js';

export interface PackedLayer {
  readonly digest: string;
  readonly size: number;
  /** The digest before it was compressed. */
  readonly diffId: string;
}

/**
 * Writes a layer into a folder under its digest, in gzip. One that is compressed came from a registry, and stays as
 * it is; of any other no time is later than the epoch.
 */
export async function packSavedLayer(
  file: string,
  blobs: string,
  epoch: number | undefined,
  signal: AbortSignal,
): Promise<PackedLayer> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  if (await isGzip(file)) {
    const size = { bytes: 0 };
    const place = join(blobs, `.${randomUUID()}`);
    await Promise.all([
      pipeline(createReadStream(file), tap(packed, size), createWriteStream(place), { signal }),
      pipeline(createReadStream(file), createGunzip(), tap(plain), drain(), { signal }),
    ]);
    return settle(place, blobs, { plain, packed, size });
  }
  const size = { bytes: 0 };
  const place = join(blobs, `.${randomUUID()}`);
  await pipeline(
    createReadStream(file),
    epoch === undefined ? new PassThrough() : clampTimes(epoch),
    tap(plain),
    createGzip(),
    tap(packed, size),
    createWriteStream(place),
    { signal },
  );
  return settle(place, blobs, { plain, packed, size });
}

async function settle(
  place: string,
  blobs: string,
  hashes: {
    readonly plain: Hash;
    readonly packed: Hash;
    readonly size: { readonly bytes: number };
  },
): Promise<PackedLayer> {
  const hex = hashes.packed.digest('hex');
  await rename(place, join(blobs, hex));
  return {
    digest: `sha256:${hex}`,
    size: hashes.size.bytes,
    diffId: `sha256:${hashes.plain.digest('hex')}`,
  };
}

/** Passes bytes on, and shows them to a hash. */
function tap(hash: Hash, size?: { bytes: number }): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      if (size !== undefined) size.bytes += chunk.length;
      done(undefined, chunk);
    },
  });
}

/** An end that nothing comes out of. */
function drain(): Transform {
  return new Transform({ transform: (_chunk, _encoding, done) => done() }).resume();
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
