import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { asRoot } from '../process/index.js';
import { waitUntil } from '../waiting/index.js';

const root = '/sys/fs/cgroup';

/**
 * The control groups of a cluster's containers: containerd makes `/k8s.io/<id>` for each, and they are the
 * only thing that the kernel does not take away with the namespaces.
 *
 * @param folder the cluster's folder
 */
export function listControlGroups(folder: string): readonly string[] {
  const containers = join(folder, 'containerd/state/io.containerd.runtime.v2.task/k8s.io');
  return existsSync(containers) ? readdirSync(containers).map((id) => `/k8s.io/${id}`) : [];
}

/**
 * Removes control groups and those below them, in each hierarchy of version 1 and in version 2. The kernel
 * lets go of one a moment after its last process.
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
