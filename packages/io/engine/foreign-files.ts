import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './host-user.js';

interface ForeignFile {
  readonly id: bigint;
  /** Another one when somebody made it anew, wrote to it, or gave it to somebody. */
  readonly trace: string;
  /** A folder whose content cannot be seen. */
  readonly isHidden: boolean;
}

/** What others own in folders of this machine, by path. */
export type ForeignFiles = ReadonlyMap<string, ForeignFile>;

/** Folders in which a container wrote, maybe as somebody else. */
export interface SharedFolders {
  /** Absolute. */
  readonly folders: readonly string[];
  /** Whose what it made is to be; undefined where users have no numbers. */
  readonly owner: Owner | undefined;
  /** What others owned there before. */
  readonly before: ForeignFiles;
}

/** What of it was made or changed. */
export interface ChangedFiles {
  readonly files: readonly string[];
  /** New folders whose content cannot be seen: all of it is new, too. */
  readonly hidden: readonly string[];
}

/**
 * Finds what another user than the owner owns, without following links and without leaving the file systems of the
 * folders; nothing where users have no numbers.
 *
 * @param folders absolute
 */
export async function listForeign(
  folders: readonly string[],
  owner: Owner | undefined,
): Promise<ForeignFiles> {
  const found = new Map<string, ForeignFile>();
  if (owner === undefined) return found;
  for (const folder of folders) {
    const top = await lstat(folder, { bigint: true }).catch(() => undefined);
    if (top !== undefined) await walk(folder, { own: BigInt(owner.uid), device: top.dev }, found);
  }
  return found;
}

/** What somebody else had there before, and nobody changed since, stays his. */
export function listChanged(before: ForeignFiles, after: ForeignFiles): ChangedFiles {
  const files: string[] = [];
  const hidden: string[] = [];
  for (const [path, file] of after) {
    const old = before.get(path);
    if (old?.trace === file.trace) continue;
    if (!file.isHidden) files.push(path);
    else if (old?.id !== file.id) hidden.push(path);
  }
  return { files, hidden };
}

async function walk(
  path: string,
  within: { readonly own: bigint; readonly device: bigint },
  found: Map<string, ForeignFile>,
): Promise<void> {
  const facts = await lstat(path, { bigint: true }).catch(() => undefined);
  if (facts?.dev !== within.device) return;
  const { uid, gid, ino: id, ctimeNs } = facts;
  const names = facts.isDirectory() ? await readdir(path).catch(() => undefined) : [];
  // nobody can set the time of the last change
  const trace = [id, uid, gid, ctimeNs].join();
  if (uid !== within.own) found.set(path, { id, trace, isHidden: names === undefined });
  await Promise.all((names ?? []).map((name) => walk(join(path, name), within, found)));
}
