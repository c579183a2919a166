import {
  addressesOf,
  clusterAddresses,
  lowestPorts,
  namedPorts,
  type ClusterAddresses,
} from '../addresses/index.js';
import { inside } from '../sandbox/index.js';

/** Everything about an engine that its files and command lines are made from. */
export interface EngineFacts extends ClusterAddresses {
  /** The lab's range of addresses, all of which containers reach: `10.64.0.0/16`. */
  readonly reachable: string;
  /** Where the lab's registries listen: `10.64.0.0/24`. */
  readonly registries: string;
  /** The host, on which they do: `10.64.0.1`. */
  readonly gateway: string;
  /** The registry that is asked for the names of Docker Hub: `10.64.0.1:20000`. */
  readonly mirror: string;
  /** The folder with the engine's programs, as they would lie below `/`. */
  readonly programs: string;
  readonly controlGroup: string;
  readonly snapshotter: 'overlayfs' | 'native';
  /** The group that may use the socket. */
  readonly groupId: number;
}

export type EnginePlace = Pick<
  EngineFacts,
  'mirror' | 'programs' | 'controlGroup' | 'snapshotter' | 'groupId'
> & { readonly block: string; readonly index: number };

export function describeEngine({ block, index, ...place }: EnginePlace): EngineFacts {
  const { gateway, network } = addressesOf(block);
  return {
    ...clusterAddresses(block, index),
    ...place,
    reachable: `${block}.0.0/16`,
    registries: network,
    gateway,
  };
}

/**
 * What dockerd reads. The addresses of its bridge and of the networks that are made later are routed by the
 * host, so that it needs no packet filter and no masquerade.
 */
export function formatDaemonConfig(facts: EngineFacts): string {
  const { pods, services, programs } = facts;
  const config = {
    hosts: [`unix://${inside}/docker.sock`],
    group: String(facts.groupId),
    'data-root': `${inside}/data`,
    'exec-root': '/run/docker',
    pidfile: '/run/docker.pid',
    features: { 'containerd-snapshotter': true },
    'storage-driver': facts.snapshotter,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': facts.controlGroup,
    'userland-proxy-path': `${programs}/usr/sbin/docker-proxy`,
    'init-path': `${programs}/usr/bin/tini-static`,
    bip: pods.replace(/0\/24$/, '1/24'),
    'default-address-pools': [{ base: services, size: 28 }],
    iptables: false,
    ip6tables: false,
    'ip-forward': false,
    'ip-masq': false,
    'insecure-registries': listPlainHttp(facts),
    'registry-mirrors': [`http://${facts.mirror}`],
    'log-level': 'warn',
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** BuildKit looks a host up by its name, not in a range of addresses: the first ports are named one by one. */
function listPlainHttp({ registries, gateway, mirror }: EngineFacts): readonly string[] {
  const hosts = lowestPorts(namedPorts).map((port) => `${gateway}:${port}`);
  return [registries, ...new Set([mirror, ...hosts])];
}

/** What the docker CLI reads (`DOCKER_CONFIG`): where its plugins are. */
export function formatClientConfig(programs: string): string {
  const config = { cliPluginsExtraDirs: [`${programs}/usr/libexec/docker/cli-plugins`] };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
