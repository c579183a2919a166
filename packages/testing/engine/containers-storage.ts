import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { ensurePackages, findProgram } from '@slipway/lab/packages';

/** podman and buildah with a storage of their own. */
export interface ContainersStorage {
  /** What tells them of it. */
  readonly environment: Readonly<Record<string, string>>;
  podman(...argv: readonly string[]): Promise<string>;
  /** Where a program of the two is. */
  find(program: 'podman' | 'buildah'): string;
  close(): Promise<void>;
}

/** Installs both where they are missing. */
export async function openContainersStorage(): Promise<ContainersStorage> {
  await ensurePackages(['buildah', 'podman'], () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'storage-'));
  const place = (name: string): string => JSON.stringify(join(folder, name));
  const storage = ['driver = "vfs"', `graphroot = ${place('graph')}`, `runroot = ${place('run')}`];
  await writeFile(join(folder, 'storage.conf'), ['[storage]', ...storage].join('\n'));
  const engine = ['events_logger = "file"', 'cgroup_manager = "cgroupfs"', 'runtime = "runc"'];
  await writeFile(join(folder, 'containers.conf'), ['[engine]', ...engine].join('\n'));
  const environment = {
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    CONTAINERS_CONF: join(folder, 'containers.conf'),
  };
  const find = (program: string): string => findProgram(program) ?? program;
  return {
    environment,
    find,
    podman: async (...argv) => {
      const { stdout } = await runCommand([find('podman'), ...argv], { env: environment });
      return stdout.trim();
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
