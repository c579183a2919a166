import { lchown, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerRun } from './build-plan.js';
import type { EngineCollaborators } from './docker.js';
import type { ContainerOutcome } from './engine.js';
import {
  listChanged,
  listForeign,
  type ChangedFiles,
  type SharedFolders,
} from './foreign-files.js';
import type { Owner } from './host-user.js';
import { withPlace } from './own-things.js';

/** How an engine runs the container that does it; it stops when these collaborators say so. */
export interface GivingEngine {
  /** root inside is the user of this machine. */
  readonly isRootless: boolean;
  readonly run: (container: ContainerRun, with_: EngineCollaborators) => Promise<ContainerOutcome>;
}

/** Completes “still …”. */
export const giving = 'giving files to the user of this machine';
const limitMs = 60_000;

/** Paths end in NUL in both lists; `$0` is the owner, and `$1` the folder with them. */
const script = `set -e
cd "$1"
test ! -s files || xargs -0 chown -h "$0" <files
test ! -s hidden || xargs -0 sh -c 'find "$@" -xdev -exec chown -h "$0" {} +' "$0" <hidden
`;

/**
 * Gives the owner what a container made or changed in folders of his, by the tools of an image; root needs none.
 */
export async function giveBack(
  image: string,
  { folders, owner, before }: SharedFolders,
  collaborators: EngineCollaborators,
  { isRootless, run }: GivingEngine,
): Promise<boolean> {
  const changed = listChanged(before, await listForeign(folders, owner));
  const paths = [...changed.files, ...changed.hidden];
  if (paths.length === 0 || owner === undefined) return true;
  try {
    if (process.getuid?.() === 0) return await giveAll(paths, owner);
    return await withPlace(tmpdir(), async (lists) => {
      await writeLists(lists, changed);
      const inside = isRootless ? '0:0' : `${owner.uid}:${owner.gid}`;
      const container = formatGiveBack(image, inside, folders, lists);
      const end = await run(container, { ...collaborators, signal: AbortSignal.timeout(limitMs) });
      return end.state === 'ended' && end.exitCode === 0;
    });
  } catch {
    return false; // the failure that matters is that of the work
  }
}

/** @example formatGiveBack('node:24', '1001:1001', ['/w'], '/tmp/l').user // '0:0' */
export function formatGiveBack(
  image: string,
  owner: string,
  folders: readonly string[],
  lists: string,
): ContainerRun {
  return {
    image,
    command: ['sh', '-c', script, owner, lists],
    user: '0:0',
    network: 'none',
    variables: [],
    shared: [...folders, lists],
  };
}

async function writeLists(folder: string, lists: ChangedFiles): Promise<void> {
  for (const name of ['files', 'hidden'] as const) {
    await writeFile(join(folder, name), lists[name].map((path) => `${path}\0`).join(''));
  }
}

async function giveAll(paths: readonly string[], { uid, gid }: Owner): Promise<boolean> {
  for (const path of paths) await lchown(path, uid, gid);
  return true;
}
