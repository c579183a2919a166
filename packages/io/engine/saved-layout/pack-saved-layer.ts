import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, createZstdDecompress } from 'node:zlib';
import { clampTimes } from './clamp-times.js';

export interface PackedLayer {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** The digest before it was compressed. */
  readonly diffId: string;
}

/** How an engine may have compressed a layer, by how it begins (RFC 1952, RFC 8878). */
const compressions = [
  { name: 'gzip', magic: [0x1f, 0x8b], unpack: () => createGunzip() },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: () => createZstdDecompress() },
] as const;
const longestMagic = 4;

const mediaTypeOf = (name: (typeof compressions)[number]['name']): string =>
  `application/vnd.oci.image.layer.v1.tar+${name}`;

/**
 * Writes a layer into a folder under its digest, compressed. Without an epoch one that is compressed stays as it is;
 * with one no time in it is later.
 */
export async function packSavedLayer(
  file: string,
  blobs: string,
  epoch: number | undefined,
  signal: AbortSignal,
): Promise<PackedLayer> {
  const [plain, packed] = [createHash('sha256'), createHash('sha256')];
  const size = { bytes: 0 };
  const place = join(blobs, `.${randomUUID()}`);
  const compression = await findCompression(file);
  const unpack = compression?.unpack ?? ((): Transform => new PassThrough());
  if (compression !== undefined && epoch === undefined) {
    await Promise.all([
      pipeline(createReadStream(file), tap(packed, size), createWriteStream(place), { signal }),
      pipeline(createReadStream(file), unpack(), tap(plain), drain(), { signal }),
    ]);
    return settle(place, blobs, mediaTypeOf(compression.name), { plain, packed, size });
  }
  await pipeline(
    createReadStream(file),
    unpack(),
    epoch === undefined ? new PassThrough() : clampTimes(epoch),
    tap(plain),
    createGzip(),
    tap(packed, size),
    createWriteStream(place),
    { signal },
  );
  return settle(place, blobs, mediaTypeOf('gzip'), { plain, packed, size });
}

async function settle(
  place: string,
  blobs: string,
  mediaType: string,
  hashes: {
    readonly plain: Hash;
    readonly packed: Hash;
    readonly size: { readonly bytes: number };
  },
): Promise<PackedLayer> {
  const hex = hashes.packed.digest('hex');
  await rename(place, join(blobs, hex));
  return {
    mediaType,
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

async function findCompression(file: string): Promise<(typeof compressions)[number] | undefined> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(longestMagic), 0, longestMagic, 0);
    return compressions.find(({ magic }) => magic.every((byte, at) => buffer[at] === byte));
  } finally {
    await handle.close();
  }
}
