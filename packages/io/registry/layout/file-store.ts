import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SlipwayError } from '@slipway/core/errors';
import type { Archive } from '../archive/index.js';

/** Where the files of an image are: a folder, or an archive that nobody unpacks. */
export interface FileStore {
  /** As the user named it. */
  readonly name: string;
  /** How a file of it is told to the user. */
  describe(path: string): string;
  /** In bytes; undefined when there is no such file. */
  trySize(path: string): Promise<number | undefined>;
  /** The content of a file that is there, from byte `start` on. */
  open(path: string, start?: number): Readable;
}

export function folderStore(folder: string): FileStore {
  return {
    name: folder,
    describe: (path) => join(folder, path),
    trySize: async (path) => {
      try {
        const found = await stat(join(folder, path));
        return found.isFile() ? found.size : undefined;
      } catch {
        return undefined;
      }
    },
    open: (path, start = 0) => createReadStream(join(folder, path), { start }),
  };
}

export function archiveStore(archive: Archive): FileStore {
  return {
    name: archive.name,
    describe: (path) => `${archive.name}: ${path}`,
    trySize: (path) => Promise.resolve(archive.tryFind(path)?.size),
    open: (path, start) => {
      const file = archive.tryFind(path);
      if (file !== undefined) return archive.open(file, start);
      throw new SlipwayError('source-invalid', `${archive.name} has no ${path}`);
    },
  };
}

/** A small file as a whole; undefined when it is not there, or larger than `maxBytes`. */
export async function tryReadFile(
  store: FileStore,
  path: string,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const size = await store.trySize(path);
  return size === undefined || size > maxBytes ? undefined : buffer(store.open(path));
}
