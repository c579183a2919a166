import { checkCluster, endCluster, prepareCluster, startCluster } from '../cluster/index.js';
import type { PartContext, PartName, RegistryName } from '../part/index.js';
import { checkRegistry, endRegistry, prepareRegistry, startRegistry } from '../registry/index.js';

/** How a part of one kind is made ready, started, checked and ended. */
export interface Driver<Part> {
  readonly name: PartName;
  prepare(context: Pick<PartContext, 'log' | 'signal'>): Promise<void>;
  start(context: PartContext): Promise<Part>;
  /** The part when it is healthy. */
  check(context: PartContext): Promise<Part | undefined>;
  end(context: PartContext): Promise<void>;
}

export function registryDriver(name: RegistryName) {
  return {
    name: `registry:${name}`,
    prepare: (context) => prepareRegistry(name, context),
    start: (context) => startRegistry(name, context),
    check: (context) => checkRegistry(name, context),
    end: endRegistry,
  } satisfies Driver<unknown>;
}

export function clusterDriver(name: string) {
  return {
    name: `cluster:${name}`,
    prepare: prepareCluster,
    start: (context) => startCluster(name, context),
    check: (context) => checkCluster(name, context),
    end: endCluster,
  } satisfies Driver<unknown>;
}

/** The driver of any part, for what does not depend on its kind. */
export function driverOf(part: PartName): Driver<object> {
  switch (part) {
    case 'registry:candidates':
      return registryDriver('candidates');
    case 'registry:production':
      return registryDriver('production');
    default:
      return clusterDriver(part.slice('cluster:'.length));
  }
}
