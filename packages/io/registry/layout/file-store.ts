import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPart, type Archive, type FilePart } from '../archive/index.js';

/** Where the files of an image are: a folder, or an archive that nobody unpacks. */
export interface FileStore {
  /** How it is called in what people read. */
  readonly name: string;
  /** How a file of it is called there. */
  describe(path: string): string;
  /** Undefined when there is no such file. */
  tryFind(path: string): Promise<FilePart | undefined>;
}

export function folderStore(folder: string): FileStore {
  return {
    name: folder,
    describe: (path) => join(folder, path),
    tryFind: async (path) => {
      const file = join(folder, path);
      try {
        const found = await stat(file);
        return found.isFile() ? { file, offset: 0, size: found.size } : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

export function archiveStore(archive: Archive): FileStore {
  return {
    name: archive.name,
    describe: (path) => `${archive.name}: ${path}`,
    tryFind: (path) => Promise.resolve(archive.tryFind(path)),
  };
}

/** A small file as a whole; undefined when it is not there, or larger than `maxBytes`. */
export async function tryReadFile(
  store: FileStore,
  path: string,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const found = await store.tryFind(path);
  return found === undefined || found.size > maxBytes ? undefined : buffer(openPart(found));
}
