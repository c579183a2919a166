import { createHash } from 'node:crypto';
import { createReadStream, type BigIntStats, type Dirent } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { largestReports, type ReportFile } from './read-test-reports.js';
import type { ReportGlob } from './report-glob.js';

/**
 * What changes when a report is written again, and not when it is given another owner or mode. A file system's
 * clock may stand still for some milliseconds, and a tool may set the time: that is why the bytes count, too. The
 * same bytes in the same file at the same time are the report from before, whoever wrote them.
 */
interface ReportTrace {
  /** When the bytes were last written, how many they are, and in which file. */
  readonly written: string;
  /** Of the bytes; absent where they cannot be read, or are more than anybody will read. */
  readonly digest?: string;
  /** Of a link, which is not followed: where it leads to, as it is written. */
  readonly linksTo?: string;
}

/** Reports in a folder, by path. */
export type ReportTraces = ReadonlyMap<string, ReportTrace>;

/** Folders that no report is looked for in, unless a pattern names them. */
const skippedFolders = ['.git', 'node_modules'];

/**
 * The files of a folder that match. Links are named, and not followed.
 *
 * @returns paths relative to the folder
 * @throws SlipwayError `test-report-invalid` when one of its folders cannot be searched, or leads out of it
 */
export async function findReports(
  folder: string,
  globs: readonly ReportGlob[],
): Promise<ReportTraces> {
  const found = new Map<string, ReportTrace>();
  for (const base of new Set(globs.map((glob) => glob.base))) await assertInside(folder, base);
  for (const base of new Set(globs.map((glob) => glob.base))) {
    for await (const path of walk(folder, base)) {
      if (!globs.some((glob) => glob.matches(path))) continue;
      const trace = await traceReport(folder, path);
      if (trace !== undefined) found.set(path, trace);
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whoever wrote the reports may have put a link in the place of a folder. */
async function assertInside(folder: string, base: string): Promise<void> {
  const real = await realpath(join(folder, base)).catch(() => undefined); // what is not there has no reports
  if (real === undefined) return;
  const path = relative(await realpath(folder), real);
  if (path !== '..' && !path.startsWith('../')) return;
  throw new SlipwayError(
    'test-report-invalid',
    `the folder ${base} cannot be searched for test reports: it leads to ${real}`,
    {
      fix: 'Let the tests write their reports into a folder of the workspace that is no link out of it.',
    },
  );
}

async function traceReport(folder: string, path: string): Promise<ReportTrace | undefined> {
  const file = join(folder, path);
  try {
    const found = await lstat(file, { bigint: true });
    if (found.isSymbolicLink()) return await traceLink(file, found);
    const { size } = found;
    const digest = size > largestReports ? undefined : await digestOf(file).catch(() => undefined);
    return { written: formatWritten(found), ...(digest === undefined ? {} : { digest }) };
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw explainFolder(dirname(path), error);
  }
}

/** It changes with what it leads to; one to a folder is in the place of no report. */
async function traceLink(file: string, link: BigIntStats): Promise<ReportTrace | undefined> {
  const target = await stat(file, { bigint: true }).catch(() => undefined);
  if (target?.isDirectory() === true) return undefined;
  const written = [link, target].map((each) => each && formatWritten(each)).join();
  return { written, linksTo: await readlink(file) };
}

function formatWritten({ mtimeNs, size, ino }: BigIntStats): string {
  return [mtimeNs, size, ino].join();
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  const parts: AsyncIterable<Uint8Array> = createReadStream(file);
  for await (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function isSame(one: ReportTrace, other: ReportTrace | undefined): boolean {
  if (one.written !== other?.written) return false;
  return one.digest === undefined || other.digest === undefined || one.digest === other.digest;
}

/** Those that were not there before, or were written since: an old report tells nothing about this run. */
export async function readNewReports(
  folder: string,
  { before, after }: { readonly before: ReportTraces; readonly after: ReportTraces },
): Promise<readonly ReportFile[]> {
  const changed = [...after].filter(([path, trace]) => !isSame(trace, before.get(path)));
  const files: ReportFile[] = [];
  let free = largestReports;
  for (const [path, { linksTo }] of changed) {
    if (linksTo !== undefined) {
      files.push({ path, linksTo });
      continue;
    }
    const file = join(folder, path);
    free -= (await stat(file)).size;
    files.push({ path, ...(free < 0 ? {} : { bytes: await readFile(file) }) });
  }
  return files;
}

async function* walk(root: string, folder: string): AsyncGenerator<string> {
  for (const entry of await listEntries(root, folder)) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile() || entry.isSymbolicLink()) yield path;
    else if (entry.isDirectory() && !skippedFolders.includes(entry.name)) yield* walk(root, path);
  }
}

/** A folder that is not there has none; what cannot be looked into could hide a test that failed. */
async function listEntries(root: string, folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (isAbsence(error)) return [];
    throw explainFolder(folder, error);
  }
}

function isAbsence(error: unknown): boolean {
  const code = typeof error === 'object' && error && 'code' in error ? error.code : '';
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function explainFolder(folder: string, cause: unknown): SlipwayError {
  const name = folder === '' ? '.' : folder;
  const fix =
    'Let the user of this step read it, or say with the input junit more closely where the reports are.';
  return new SlipwayError(
    'test-report-invalid',
    `the folder ${name} cannot be searched for test reports`,
    { cause, fix },
  );
}
