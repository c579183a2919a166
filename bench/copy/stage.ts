import type { CopyCase } from './cases.js';
import {
  createImage,
  createIndex,
  createLargeImage,
  createSignedImage,
  type Content,
} from './content.js';
import type { ContentName } from './cases.js';
import { startProxies, type Proxies } from './proxies.js';
import type { BenchPrograms } from './programs.js';
import {
  registryRoles,
  startRegistries,
  type Registries,
  type RegistryRole,
} from './registries.js';
import { startStopwatch, type Stopwatch } from './stopwatch.js';
import { uploadContent } from './upload.js';

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
  /** Made and put into the source registry of a case when first asked for. */
  readonly content: (copyCase: CopyCase) => Promise<Content>;
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
    content: createShelf(registries),
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

function createShelf({ hosts }: Registries): Stage['content'] {
  const made = new Map<ContentName, Content>();
  return async (copyCase) => {
    const { content: name } = copyCase;
    const known = made.get(name);
    if (known !== undefined) return known;
    const content = makers[name]();
    await uploadContent(hosts[sourceRole(copyCase)], `bench/${name}`, content);
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
