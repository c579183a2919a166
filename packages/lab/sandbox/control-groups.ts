import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
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
  const places = [root, ...readdirSync(root).map((name) => join(root, name))];
  const left = (): readonly string[] =>
    places.flatMap((place) => groups.map((group) => join(place, group))).filter(existsSync);
  await waitUntil(
    async () => {
      const folders = left();
      if (folders.length === 0) return true;
      const removal = ['-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'];
      await runCommand(asRoot(['find', ...folders, ...removal]), { acceptExitCodes: [1] });
      return left().length === 0 ? true : undefined;
    },
    { what: 'the end of the containers', timeoutMs: 10_000, everyMs: 20 },
  );
}
