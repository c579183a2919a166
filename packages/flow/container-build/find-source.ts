import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listPlaces, type SourceRoots } from './test-places.js';

/** Finds the file of the workspace that a test tool in a container means. */
export interface SourceFinder {
  /** @returns relative to the workspace; undefined when it is not there, or several may be meant */
  find(file: string): Promise<string | undefined>;
}

const skippedFolders = ['.git', 'node_modules'];
/** Nobody waits for an annotation. */
const mostFiles = 200_000;

/** The workspace is looked through once, and only for a file that is not where its path says. */
export function createSourceFinder(roots: SourceRoots): SourceFinder {
  let listed: Promise<readonly string[]> | undefined;
  return {
    find: async (file) => {
      for (const place of listPlaces(file, roots)) {
        const found = await stat(join(roots.workspace, place)).catch(() => undefined);
        if (found?.isFile() === true) return place;
      }
      listed ??= listFiles(roots.workspace);
      return chooseSource(file, await listed, roots.folder);
    },
  };
}

/**
 * The file whose path ends as the tool's does, with the most folders in common; of several the one in the folder
 * that was tested. A tool may know a class and no folder (`shop/OrdersTest.java`), or a path in the container.
 *
 * @example chooseSource('shop/OrdersTest.java', ['a/src/test/java/shop/OrdersTest.java'], '.') // 'a/src/test/java/shop/OrdersTest.java'
 */
export function chooseSource(
  file: string,
  paths: readonly string[],
  folder: string,
): string | undefined {
  const parts = file.split('/').filter((part) => part !== '.' && part !== '');
  const least = file.startsWith('/') ? 2 : 1; // a bare name of another machine's path says too little
  const matches = paths
    .map((path) => ({ path, common: countCommon(path.split('/'), parts) }))
    .filter(({ common }) => common >= least);
  const most = Math.max(...matches.map(({ common }) => common));
  const best = matches.filter(({ common }) => common === most).map(({ path }) => path);
  const inside = best.filter((path) => folder === '.' || path.startsWith(`${folder}/`));
  const [only, another] = inside.length === 0 ? best : inside;
  return another === undefined ? only : undefined;
}

/** How many names two paths have in common at their ends. */
function countCommon(one: readonly string[], other: readonly string[]): number {
  const [a, b] = [one.toReversed(), other.toReversed()];
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs === -1 ? a.length : differs;
}

async function listFiles(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && !skippedFolders.includes(entry.name)) folders.push(path);
    }
    if (files.length > mostFiles) break;
  }
  return files;
}
