import { join } from 'node:path';
import { parseRepository, type Repository } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import { ensureProgram } from '@slipway/lab/build';
import {
  openProfile,
  simulatedRegistries,
  type OpenProfile,
} from '@slipway/testing/registry-profiles';
import { startProxies, type Proxies } from '../instruments/index.js';
import type { RegistryTrait } from './cases.js';
import { silent } from './histories.js';

/** A real registry, with its tags as they are and with tags that cannot move, each behind a proxy that holds and counts. */
export interface Stage {
  readonly proxies: Proxies;
  /** Where the histories are put, with no proxy before it. */
  readonly direct: (path: string) => Repository;
  /** Where they are measured. */
  readonly measured: (registry: RegistryTrait, path: string) => Repository;
  end(): Promise<void>;
}

/** @throws Error when a part cannot be started */
export async function openStage(say: (line: string) => void): Promise<Stage> {
  const profile = simulatedRegistries.find(({ name }) => name === 'immutable tags');
  if (profile === undefined) throw new Error('there is no profile with immutable tags');
  const program = join(await ensureProgram('latency-proxy', say), 'latency-proxy');
  const immutable: OpenProfile = await openProfile(profile);
  const mutable = immutable.behind.host;
  const proxies = await startProxies(program, [mutable, immutable.host]);
  const [mutableProxy = '', immutableProxy = ''] = proxies.hosts;
  return {
    proxies,
    direct: (path) => parseRepository(`${mutable}/${path}`),
    measured: (registry, path) =>
      parseRepository(`${registry === 'mutable' ? mutableProxy : immutableProxy}/${path}`),
    end: async () => {
      await proxies.end();
      await immutable.close();
    },
  };
}

/** A client that knows nothing yet, as each run of an action has it. */
export function openClient({ registry }: Repository): Promise<RegistryClient> {
  return createRegistryClient({
    credentials: [],
    plainHttp: [registry],
    logger: silent,
    clock: systemClock,
    dockerConfig: '/nonexistent',
  });
}
