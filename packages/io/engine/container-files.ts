import { posix } from 'node:path';
import { text } from 'node:stream/consumers';
import { extract, type Extract } from 'tar-stream';
import { askProgram } from './docker.js';
import type { ContainerFile, FileChoice } from './engine.js';

/**
 * Reads files of a container, running or not: what `docker cp` or `podman cp` gives is looked through as it comes,
 * and never written to the disk of the machine. Links are not followed.
 */
export async function readContainerFiles(
  program: 'docker' | 'podman',
  container: string,
  workdir: string,
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
        readEntries(archive, base, wanted, files),
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
 * Collects the wanted files of an archive that begins with one folder.
 *
 * @param base what that folder is, relative to the working directory
 */
export async function readEntries(
  archive: Extract,
  base: string,
  wanted: FileChoice,
  files: Map<string, ContainerFile>,
): Promise<void> {
  for await (const entry of archive) {
    const { name, type } = entry.header;
    const path = posix.join(base, withoutTop(name));
    const isWanted = type === 'file' && wanted.matches(path);
    if (isWanted) files.set(path, { path, text: await text(entry) });
    else entry.resume();
  }
}
