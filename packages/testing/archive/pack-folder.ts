import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { formatTar } from './format-tar.js';

/** All files of a folder as an archive, in the order of their paths. */
export async function packFolder(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  const members = paths.map(async (path) => {
    return { name: relative(folder, path), content: await readFile(path) };
  });
  return formatTar(await Promise.all(members));
}
