import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { answers, waitUntil } from '@slipway/lab/waiting';
import { startLineProcess, type LineProcess } from '../instruments/index.js';
import type { BenchPrograms } from './programs.js';

export type RegistryRole = 'source' | 'target' | 'referrers-source' | 'referrers-target';

export const registryRoles: readonly RegistryRole[] = [
  'source',
  'target',
  'referrers-source',
  'referrers-target',
];

export interface Registries {
  readonly hosts: Readonly<Record<RegistryRole, string>>;
  end(): Promise<void>;
}

/**
 * Two registries of each kind: Debian's docker-registry with its blobs in files below a folder, and the lab's
 * registry with the referrers API, in memory.
 */
export async function startRegistries(
  programs: BenchPrograms,
  folder: string,
): Promise<Registries> {
  const processes: LineProcess[] = [];
  const start = async (role: RegistryRole): Promise<string> => {
    const host = await findFreeHost();
    const log = join(folder, `${role}.log`);
    const argv = role.startsWith('referrers')
      ? [programs.referrersRegistry, '-address', host]
      : [programs.distribution, 'serve', writeConfig(join(folder, role), host)];
    const held = startLineProcess([programs.proxy, 'hold', ...argv], log);
    processes.push(held);
    await waitUntil(
      async () => {
        if (!held.isRunning) {
          const said = readFileSync(log, 'utf8').trim();
          throw new Error(`the registry ${role} ended before it answered: ${said}`);
        }
        return (await answers(`http://${host}/v2/`)) ? true : undefined;
      },
      { what: `the registry ${role}`, timeoutMs: 20_000, everyMs: 20 },
    );
    return host;
  };
  const hosts = {
    source: await start('source'),
    target: await start('target'),
    'referrers-source': await start('referrers-source'),
    'referrers-target': await start('referrers-target'),
  };
  return {
    hosts,
    end: async () => {
      await Promise.all(processes.map((each) => each.end()));
    },
  };
}

/** Relative addresses, so that what a registry sends a client to leads through the proxy. */
function writeConfig(folder: string, address: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'config.yml');
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'storage') }, delete: { enabled: true } },
    http: { addr: address, relativeurls: true },
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** On a port that the kernel chose, so that two benchmarks side by side do not choose the same. */
async function findFreeHost(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return `127.0.0.1:${address.port}`;
}
