import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract, type Extract, type Header } from 'tar-stream';
import { SlipwayError } from '@slipway/core/errors';
import type { CommandResult } from '../command/index.js';
import { runQuietly } from './docker.js';
import type { ContainerFile, FileChoice } from './engine.js';
import type { ContainerProgram } from './run-arguments.js';

/** A container of a program, and since when it is there: what is older was in its image, or on the machine. */
export interface ContainerPlace {
  readonly program: ContainerProgram['name'];
  readonly container: string;
  readonly workdir: string;
  readonly since: Date;
}

/**
 * Reads files that a container wrote, running or not: what `docker cp` or `podman cp` gives is looked through as it comes, and never
 * written to the disk of the machine. Links are named, and not followed.
 */
export async function readContainerFiles(
  { program, container, workdir, since }: ContainerPlace,
  wanted: FileChoice,
  signal: AbortSignal,
): Promise<readonly ContainerFile[]> {
  const files = new Map<string, ContainerFile>();
  for (const base of new Set(wanted.bases)) {
    const folder = posix.join('/', workdir, base);
    const archive = extract();
    const copy = [program, 'cp', `${container}:${folder}`, '-'] as const;
    const copied = runQuietly(copy, { signal, stdoutTo: archive });
    copied.catch(() => archive.destroy());
    const [answer, entries] = await Promise.allSettled([
      copied,
      readEntries(archive, base, { ...wanted, since }, files),
    ]);
    signal.throwIfAborted();
    if (answer.status === 'rejected') throw answer.reason;
    // a folder that is not there holds no report: who wants one finds that out
    if (!isFolderCopied(program, answer.value)) continue;
    if (entries.status === 'rejected') throw entries.reason;
  }
  return sortFiles(files);
}

/** What docker, podman and buildah say, in this order, of what is not there. */
const absencePattern = /could not find the file|no such file or directory|not a directory/i;

/**
 * Whether a folder of a container was copied; it was not when there is none.
 *
 * @throws SlipwayError `build-failed` when it may be there: what was copied is not all of it
 */
export function isFolderCopied(
  program: string,
  { exitCode, stderr }: Pick<CommandResult, 'exitCode' | 'stderr'>,
): boolean {
  if (exitCode === 0) return true;
  if (absencePattern.test(stderr)) return false;
  const said = stderr.replaceAll(/\s+/g, ' ').trim() || `exit code ${exitCode}`;
  throw new SlipwayError('build-failed', `${program} cannot copy the files of the container`, {
    cause: new Error(said),
    fix: `Look at ${program} and its disk on this machine, and run this step again.`,
  });
}

/** In the order of their paths. */
export function sortFiles(files: ReadonlyMap<string, ContainerFile>): readonly ContainerFile[] {
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The archive begins with the name of the folder that was asked for. */
function withoutTop(name: string): string {
  return posix.normalize(name).split('/').slice(1).join('/');
}

/** A hard link names its target from the top of the archive. */
function readTarget({ type, linkname }: Header, path: string, base: string): string {
  if (type === 'symlink') return linkname;
  return posix.relative(posix.dirname(path), posix.join(base, withoutTop(linkname)));
}

/**
 * Collects the wanted files of an archive that begins with one folder, those that are not older than `since`.
 *
 * @param base what that folder is, relative to the working directory
 */
export async function readEntries(
  archive: Extract,
  base: string,
  wanted: FileChoice & { readonly since: Date },
  files: Map<string, ContainerFile>,
): Promise<void> {
  const sinceMs = Math.floor(wanted.since.getTime() / 1000) * 1000; // an archive knows whole seconds
  for await (const entry of archive) {
    const { name, type, size, mtime } = entry.header;
    const path = posix.join(base, withoutTop(name));
    const used = [...files.values()].reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), size);
    const isNew = mtime.getTime() >= sinceMs;
    const isWanted = wanted.matches(path);
    if (isWanted && (type === 'symlink' || (type === 'link' && isNew))) {
      // what a symbolic link leads to may be new where the link is old
      files.set(path, { path, linksTo: readTarget(entry.header, path, base) });
      entry.resume();
    } else if (type !== 'file' || !isNew || !isWanted) {
      entry.resume();
    } else if (used <= wanted.mostBytes) {
      files.set(path, { path, bytes: await buffer(entry) });
    } else {
      files.set(path, { path });
      entry.resume();
    }
  }
}
