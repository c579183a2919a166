import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract, type Extract } from 'tar-stream';
import { askProgram } from './docker.js';
import type { ContainerFile, FileChoice } from './engine.js';
import type { ContainerProgram } from './run-arguments.js';

/** A container of a program, and since when it runs: what is older was in its image, or on the machine. */
export interface ContainerPlace {
  readonly program: ContainerProgram['name'];
  readonly container: string;
  readonly workdir: string;
  readonly since: Date;
}

/**
 * Reads files that a container wrote, running or not: what `docker cp` or `podman cp` gives is looked through as it comes, and never
 * written to the disk of the machine. Links are not followed.
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
    try {
      // a folder that is not there holds no report: who wants one finds that out
      await Promise.all([
        askProgram([program, 'cp', `${container}:${folder}`, '-'], signal, archive),
        readEntries(archive, base, { ...wanted, since }, files),
      ]);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }
  return sortFiles(files);
}

/** In the order of their paths. */
export function sortFiles(files: ReadonlyMap<string, ContainerFile>): readonly ContainerFile[] {
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The archive begins with the name of the folder that was asked for. */
function withoutTop(name: string): string {
  return posix.normalize(name).split('/').slice(1).join('/');
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
    if (type !== 'file' || !isNew || !wanted.matches(path)) {
      entry.resume();
    } else if (used <= wanted.mostBytes) {
      files.set(path, { path, bytes: await buffer(entry) });
    } else {
      files.set(path, { path });
      entry.resume();
    }
  }
}
