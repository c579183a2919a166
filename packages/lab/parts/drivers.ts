import { checkCluster, endCluster, prepareCluster, startCluster } from '../cluster/index.js';
import type { ClusterPart } from '../cluster/index.js';
import {
  checkDaemonless,
  endDaemonless,
  prepareDaemonless,
  startDaemonless,
  type DaemonlessName,
  type DaemonlessPart,
} from '../daemonless/index.js';
import { checkEngine, endEngine, prepareEngine, startEngine } from '../engine/index.js';
import type { EnginePart } from '../engine/index.js';
import { ensureNetwork } from '../network/index.js';
import { ensurePackages } from '../packages/index.js';
import type { PartContext, PartName, RegistryName } from '../part/index.js';
import {
  checkRegistry,
  endRegistry,
  prepareRegistry,
  startRegistry,
  type RegistryPart,
} from '../registry/index.js';
import { lowestPorts } from '../addresses/index.js';

/** How a part of one kind is made ready, started, checked and ended. */
export interface Driver<Part> {
  readonly name: PartName;
  /** Parts that have to be up before this one is asked for. */
  readonly needs: readonly Driver<object>[];
  prepare(context: Pick<PartContext, 'log' | 'signal'>): Promise<void>;
  start(context: PartContext): Promise<Part>;
  /** The part when it is healthy. */
  check(context: PartContext): Promise<Part | undefined>;
  end(context: PartContext): Promise<void>;
}

/** The drivers of one lab: of its own parts, or of clusters and an engine that exist. */
export interface Drivers {
  registry(name: RegistryName): Driver<RegistryPart>;
  cluster(name: string): Driver<ClusterPart>;
  engine(): Driver<EnginePart>;
  daemonless(name: DaemonlessName): Driver<DaemonlessPart>;
}

/** Parts that the lab makes, on a bridge of its own. */
export const ownDrivers: Drivers = {
  registry: (name) => ({
    name: `registry:${name}`,
    needs: [],
    prepare: async (context) => {
      await ensurePackages(['iproute2'], context.log, context.signal);
      await prepareRegistry(name, context);
    },
    start: async (context) => {
      const { gateway: address } = await ensureNetwork(context.lab, context.signal);
      const [firstPort = 0] = lowestPorts(1); // the engine knows the first ones by name
      return startRegistry(name, context, { address, firstPort });
    },
    check: (context) => checkRegistry(name, context),
    end: endRegistry,
  }),
  cluster: (name) => ({
    name: `cluster:${name}`,
    needs: [],
    prepare: prepareCluster,
    start: (context) => startCluster(name, context),
    check: (context) => checkCluster(name, context),
    end: endCluster,
  }),
  // it finds its base images in the registry of the candidates
  engine: () => ({
    name: 'engine:docker',
    needs: [ownDrivers.registry('candidates')],
    prepare: prepareEngine,
    start: startEngine,
    check: checkEngine,
    end: endEngine,
  }),
  // so do podman and buildah
  daemonless: (name) => ({
    name: `engine:${name}`,
    needs: [ownDrivers.registry('candidates')],
    prepare: (context) => prepareDaemonless(name, context),
    start: (context) => startDaemonless(name, context),
    check: checkDaemonless,
    end: endDaemonless,
  }),
};

/** The driver of any part, for what does not depend on its kind. */
export function driverOf(part: PartName, drivers: Drivers): Driver<object> {
  switch (part) {
    case 'registry:candidates':
      return drivers.registry('candidates');
    case 'registry:production':
      return drivers.registry('production');
    case 'engine:docker':
      return drivers.engine();
    case 'engine:podman':
      return drivers.daemonless('podman');
    case 'engine:buildah':
      return drivers.daemonless('buildah');
    default:
      return drivers.cluster(part.slice('cluster:'.length));
  }
}
