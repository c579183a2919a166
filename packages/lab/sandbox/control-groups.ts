import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import { asRoot } from '../process/index.js';
import { waitUntil } from '../waiting/index.js';

const root = '/sys/fs/cgroup';

/**
 * Removes control groups and those below them, in each hierarchy of version 1 and in version 2. The kernel
 * lets go of one a moment after its last process. They are the only thing that it does not take away with the
 * namespaces.
 */
export async function removeControlGroups(groups: readonly string[]): Promise<void> {
  const left = (): readonly string[] =>
    listHierarchies()
      .flatMap((place) => groups.map((group) => join(place, group)))
      .filter(existsSync);
  await waitUntil(async () => ((await tryRemoveAll(left)) ? true : undefined), {
    what: 'the end of the containers',
    timeoutMs: 10_000,
    everyMs: 20,
  });
}

/**
 * Removes what engines that name their control groups themselves leave at the top. Somebody else's, in which
 * something runs, are not removed by the kernel either.
 */
export async function removeUnusedControlGroups(pattern: RegExp): Promise<void> {
  const left = (): readonly string[] =>
    listHierarchies().flatMap((place) =>
      readdirSync(place)
        .filter((name) => pattern.test(name))
        .map((name) => join(place, name)),
    );
  for (let attempt = 0; attempt < 20 && !(await tryRemoveAll(left)); attempt += 1) {
    await systemClock.sleep(50);
  }
}

function listHierarchies(): readonly string[] {
  const within = readdirSync(root).map((name) => join(root, name));
  return [root, ...within.filter((place) => statSync(place).isDirectory())];
}

/** Whether nothing is left. */
async function tryRemoveAll(left: () => readonly string[]): Promise<boolean> {
  const folders = left();
  if (folders.length === 0) return true;
  const removal = ['-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'];
  await runCommand(asRoot(['find', ...folders, ...removal]), { acceptExitCodes: [1] });
  return left().length === 0;
}
