import { startTestRegistry, type TokenService } from '@slipway/lab/test-registry';
import type { PlainTarget } from '../content/index.js';
import { startRegistryProxy, type FaultSource, type ProxyRecord } from '../registry/index.js';
import type { RegistryProfile } from './profiles.js';
import { combineQuirks, knownRepositoriesOnly } from './quirks.js';

/** A registry that is up, seen from both sides. */
export interface OpenProfile {
  /** Where the client finds it: `127.0.0.1:41234`. */
  readonly host: string;
  /** Lines of registry-auth. */
  readonly auth: readonly string[];
  readonly caCertificates?: string;
  /** The registry itself, without its quirks. */
  readonly behind: PlainTarget;
  readonly tokens?: TokenService;
  /** Everything that it was asked. */
  readonly records: readonly ProxyRecord[];
  /** Makes a repository where that is needed before a push. */
  readonly createRepository: (path: string) => void;
  /** What goes wrong from now on, besides the quirks; nothing when it is undefined. */
  readonly setFault: (faultOf: FaultSource | undefined) => void;
  readonly close: () => Promise<void>;
}

/** Starts a registry with a proxy before it that has its quirks and knows everything that it is asked. */
export async function openProfile(profile: RegistryProfile): Promise<OpenProfile> {
  const behind = await startTestRegistry(profile.registry);
  const known = new Set<string>();
  const own = profile.traits.needsRepositories ? [knownRepositoriesOnly(known)] : [];
  const quirks = combineQuirks([...own, ...profile.quirks], behind);
  let fault: FaultSource | undefined;
  const proxy = await startRegistryProxy(
    behind,
    async (request) => (await fault?.(request)) ?? quirks(request),
  );
  const { tls, tokens } = behind;
  return {
    host: proxy.host,
    auth: profile.credential === undefined ? [] : [`${proxy.host} ${profile.credential}`],
    ...(tls === undefined ? {} : { caCertificates: tls.authority }),
    behind,
    ...(tokens === undefined ? {} : { tokens }),
    records: proxy.records,
    createRepository: (path) => void known.add(path),
    setFault: (faultOf) => {
      fault = faultOf;
    },
    close: async () => {
      await proxy.close();
      await behind.close();
    },
  };
}
