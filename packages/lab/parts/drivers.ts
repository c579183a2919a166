import { checkCluster, endCluster, prepareCluster, startCluster } from '../cluster/index.js';
import {
  checkDaemonless,
  endDaemonless,
  prepareDaemonless,
  startDaemonless,
  type DaemonlessName,
} from '../daemonless/index.js';
import { checkEngine, endEngine, prepareEngine, startEngine } from '../engine/index.js';
import type { PartContext, PartName, RegistryName } from '../part/index.js';
import { checkRegistry, endRegistry, prepareRegistry, startRegistry } from '../registry/index.js';

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

export function registryDriver(name: RegistryName) {
  return {
    name: `registry:${name}`,
    needs: [],
    prepare: (context) => prepareRegistry(name, context),
    start: (context) => startRegistry(name, context),
    check: (context) => checkRegistry(name, context),
    end: endRegistry,
  } satisfies Driver<unknown>;
}

export function clusterDriver(name: string) {
  return {
    name: `cluster:${name}`,
    needs: [],
    prepare: prepareCluster,
    start: (context) => startCluster(name, context),
    check: (context) => checkCluster(name, context),
    end: endCluster,
  } satisfies Driver<unknown>;
}

/** The engine finds its base images in the registry of the candidates. */
export function engineDriver() {
  return {
    name: 'engine:docker',
    needs: [registryDriver('candidates')],
    prepare: prepareEngine,
    start: startEngine,
    check: checkEngine,
    end: endEngine,
  } satisfies Driver<unknown>;
}

/** As docker, podman and buildah find their base images there. */
export function daemonlessDriver(name: DaemonlessName) {
  return {
    name: `engine:${name}`,
    needs: [registryDriver('candidates')],
    prepare: (context) => prepareDaemonless(name, context),
    start: (context) => startDaemonless(name, context),
    check: checkDaemonless,
    end: endDaemonless,
  } satisfies Driver<unknown>;
}

/** The driver of any part, for what does not depend on its kind. */
export function driverOf(part: PartName): Driver<object> {
  switch (part) {
    case 'registry:candidates':
      return registryDriver('candidates');
    case 'registry:production':
      return registryDriver('production');
    case 'engine:docker':
      return engineDriver();
    case 'engine:podman':
      return daemonlessDriver('podman');
    case 'engine:buildah':
      return daemonlessDriver('buildah');
    default:
      return clusterDriver(part.slice('cluster:'.length));
  }
}
