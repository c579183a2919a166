import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { SlipwayError } from '@slipway/core/errors';

export interface UnpackOptions {
  /** How it is called in what people read. */
  readonly name: string;
  readonly signal?: AbortSignal;
  /** More than this is not written, so that no small file fills the disk; default is 128 GiB. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 128 * 1024 ** 3;

/**
 * Unpacks a file in gzip, one or several of them behind each other.
 *
 * @returns the file, in the folder
 * @throws SlipwayError `source-invalid` when it is damaged, cut off or too large
 */
export async function unpackGzip(
  file: string,
  folder: string,
  { name, signal, maxBytes = defaultMaxBytes }: UnpackOptions,
): Promise<string> {
  const unpacked = join(folder, 'unpacked.tar');
  let size = 0;
  const limited = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      size += chunk.length;
      if (size <= maxBytes) done(undefined, chunk);
      else done(new SlipwayError('source-invalid', `${name} unpacks to over ${maxBytes} bytes`));
    },
  });
  const steps = [
    createReadStream(file),
    createGunzip(),
    limited,
    createWriteStream(unpacked, { flags: 'wx' }),
  ] as const;
  try {
    await (signal === undefined ? pipeline(...steps) : pipeline(...steps, { signal }));
    return unpacked;
  } catch (error) {
    signal?.throwIfAborted();
    if (!isZlibError(error)) throw error;
    throw new SlipwayError('source-invalid', `${name} is not a whole file in gzip`, {
      cause: error,
      fix: 'Save the image again, and pass the archive on whole.',
    });
  }
}

/** Whether something was not in gzip, or not whole. */
export function isZlibError(error: unknown): boolean {
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error && String(error.code).startsWith('Z_');
}
