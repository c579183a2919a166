import {
  startProxies,
  startStopwatch,
  type Proxies,
  type Stopwatch,
} from '../instruments/index.js';
import type { CopyCase } from './cases.js';
import {
  createImage,
  createIndex,
  createLargeImage,
  createSignedImage,
  type Content,
} from './content.js';
import type { ContentName } from './cases.js';
import type { BenchPrograms } from './programs.js';
import { registryRoles, startRegistries, type RegistryRole } from './registries.js';

/** Everything that is started for a benchmark. */
export interface Stage {
  readonly programs: BenchPrograms;
  readonly folder: string;
  readonly proxies: Proxies;
  readonly stopwatch: Stopwatch;
  /** Where a registry is, without a proxy before it. */
  readonly directHost: (role: RegistryRole) => string;
  /** Where a tool finds it. */
  readonly proxiedHost: (role: RegistryRole) => string;
  /** Made when first asked for. */
  readonly content: (name: ContentName) => Content;
  end(): Promise<void>;
}

export async function openStage(programs: BenchPrograms, folder: string): Promise<Stage> {
  const registries = await startRegistries(programs, folder);
  const roles = registryRoles.map((role) => registries.hosts[role]);
  const proxies = await startProxies(programs.proxy, roles);
  const stopwatch = startStopwatch(programs.proxy);
  return {
    programs,
    folder,
    proxies,
    stopwatch,
    directHost: (role) => registries.hosts[role],
    proxiedHost: (role) => proxies.hosts[registryRoles.indexOf(role)] ?? '',
    content: createShelf(),
    end: async () => {
      await Promise.all([registries.end(), proxies.end(), stopwatch.end()]);
    },
  };
}

const makers: Readonly<Record<ContentName, () => Content>> = {
  image: createImage,
  index: createIndex,
  signed: createSignedImage,
  large: createLargeImage,
};

function createShelf(): Stage['content'] {
  const made = new Map<ContentName, Content>();
  return (name) => {
    const content = made.get(name) ?? makers[name]();
    made.set(name, content);
    return content;
  };
}

/** The registry that a case copies from. */
export function sourceRole({ registry }: CopyCase): RegistryRole {
  return registry === 'distribution' ? 'source' : 'referrers-source';
}

/** The registry that a case copies to. */
export function targetRole(copyCase: CopyCase): RegistryRole {
  if (copyCase.to !== 'other-registry') return sourceRole(copyCase);
  return copyCase.registry === 'distribution' ? 'target' : 'referrers-target';
}
