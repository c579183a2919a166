import { open } from 'node:fs/promises';
import { SlipwayError } from '@slipway/core/errors';
import type { FilePart } from './file-part.js';
import { tryNormalisePath, tryResolveLink } from './member-path.js';
import { TarHeaderError } from './tar-header.js';
import { readTarIndex, type TarIndex } from './tar-index.js';
import { unpackGzip, type UnpackOptions } from './unpack-gzip.js';

/** A tar of which any file can be read at once, without unpacking it. */
export interface Archive {
  /** How it is called in what people read. */
  readonly name: string;
  /**
   * A file by its path from the root of the archive. Links in its last place are followed, within the archive
   * and eight deep.
   *
   * @returns undefined when there is none, or it lies outside of the archive
   */
  tryFind(path: string): FilePart | undefined;
}

export interface ArchiveOptions extends Omit<UnpackOptions, 'name'> {
  /** How it is called in what people read; default is its path. */
  readonly name?: string;
}

const maxLinks = 8;
const fix = 'Save the image again, and pass the archive on whole.';

/**
 * Opens a tar, or a tar in gzip, which is unpacked into the folder once.
 *
 * @param folder for what has to be written; whoever made it removes it
 * @throws SlipwayError `source-invalid` when it is neither, is damaged, cut off or made to mislead
 */
export async function openArchive(
  file: string,
  folder: string,
  options: ArchiveOptions = {},
): Promise<Archive> {
  const { name = file } = options;
  const compression = await readCompression(file);
  if (compression !== undefined && compression !== 'gzip') {
    throw new SlipwayError('source-invalid', `${name} is compressed with ${compression}`, {
      fix: 'Unpack it first, or compress it with gzip.',
    });
  }
  const tar = compression === 'gzip' ? await unpackGzip(file, folder, { ...options, name }) : file;
  const index = await indexTar(name, tar);
  return { name, tryFind: (path) => tryFind(tar, index, path) };
}

async function indexTar(name: string, tar: string): Promise<TarIndex> {
  const file = await open(tar);
  try {
    return await readTarIndex(file, (await file.stat()).size);
  } catch (error) {
    if (!(error instanceof TarHeaderError)) throw error;
    const message = `${name} is not a tar archive that can be read: ${error.message}`;
    throw new SlipwayError('source-invalid', message, { fix });
  } finally {
    await file.close();
  }
}

function tryFind(file: string, index: TarIndex, path: string): FilePart | undefined {
  let at = tryNormalisePath(path);
  for (let links = 0; at !== undefined && links <= maxLinks; links += 1) {
    const member = index.get(at);
    if (member === undefined || member.kind === 'other') return undefined;
    if (member.kind === 'file') return { file, offset: member.offset, size: member.size };
    const { kind, target } = member;
    at = kind === 'hard-link' ? tryNormalisePath(target) : tryResolveLink(at, target);
  }
  return undefined;
}

/** How files begin that programs write in place of a tar, in hex. */
const beginnings = { gzip: '1f8b', zstd: '28b52ffd', bzip2: '425a68', xz: 'fd377a585a00' } as const;

async function readCompression(path: string): Promise<string | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(6), 0, 6, 0);
    const hex = buffer.toString('hex', 0, bytesRead);
    return Object.entries(beginnings).find(([, beginning]) => hex.startsWith(beginning))?.[0];
  } finally {
    await file.close();
  }
}
