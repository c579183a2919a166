import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { largestReports, type ReportFile } from './read-test-reports.js';
import type { ReportGlob } from './report-glob.js';

/** Reports in a folder, by path, each with what changes when it is written again. */
export type ReportTraces = ReadonlyMap<string, string>;

/** Folders that no report is looked for in, unless a pattern names them. */
const skippedFolders = ['.git', 'node_modules'];

/**
 * The files of a folder that match, without following links.
 *
 * @returns paths relative to the folder
 */
export async function findReports(
  folder: string,
  globs: readonly ReportGlob[],
): Promise<ReportTraces> {
  const found = new Map<string, string>();
  for (const base of new Set(globs.map((glob) => glob.base))) {
    for await (const path of walk(folder, base)) {
      if (!globs.some((glob) => glob.matches(path))) continue;
      const { mtimeMs, ctimeMs, size, ino } = await stat(join(folder, path));
      found.set(path, [mtimeMs, ctimeMs, size, ino].join());
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those that were not there before, or were written since: an old report tells nothing about this run. */
export async function readNewReports(
  folder: string,
  { before, after }: { readonly before: ReportTraces; readonly after: ReportTraces },
): Promise<readonly ReportFile[]> {
  const paths = [...after.keys()].filter((path) => after.get(path) !== before.get(path));
  const files: ReportFile[] = [];
  let free = largestReports;
  for (const path of paths) {
    const file = join(folder, path);
    free -= (await stat(file)).size;
    files.push({ path, ...(free < 0 ? {} : { bytes: await readFile(file) }) });
  }
  return files;
}

async function* walk(root: string, folder: string): AsyncGenerator<string> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !skippedFolders.includes(entry.name)) yield* walk(root, path);
  }
}
