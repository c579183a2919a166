import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { asRoot } from '../process/index.js';
import { waitUntil } from '../waiting/index.js';

const root = '/sys/fs/cgroup';

/**
 * Removes a control group and those below it, in each hierarchy of version 1 and in version 2. The kernel
 * lets go of one a moment after its last process.
 */
export async function removeControlGroup(path: string): Promise<void> {
  const places = [root, ...readdirSync(root).map((name) => join(root, name))];
  const left = (): readonly string[] => places.map((place) => join(place, path)).filter(existsSync);
  await waitUntil(
    async () => {
      const folders = left();
      if (folders.length === 0) return true;
      const removal = ['-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'];
      await runCommand(asRoot(['find', ...folders, ...removal]), { acceptExitCodes: [1] });
      return left().length === 0 ? true : undefined;
    },
    { what: `the end of the control group ${path}`, timeoutMs: 10_000, everyMs: 20 },
  );
}
