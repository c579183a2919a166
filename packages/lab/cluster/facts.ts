import { clusterAddresses, type ClusterAddresses } from '../addresses/index.js';

/** Everything about a cluster that its files and command lines are made from. */
export interface ClusterFacts extends ClusterAddresses {
  readonly name: string;
  /** The name of its one node. */
  readonly nodeName: string;
  /** `https://10.64.0.11:6443` */
  readonly server: string;
  readonly snapshotter: 'overlayfs' | 'native';
}

/** Where its processes see the folder with the cluster's programs. */
export const insidePrograms = '/run/programs';

/** Where its processes see what the lab knows about its registries. */
export const insideRegistries = '/run/registries';

/** The image that holds a pod's namespaces, put into containerd directly. */
export const pauseImage = 'slipway.lab/pause:1';

export interface ClusterPlace {
  readonly name: string;
  readonly block: string;
  readonly index: number;
  readonly snapshotter: 'overlayfs' | 'native';
}

export function describeCluster({ name, block, index, snapshotter }: ClusterPlace): ClusterFacts {
  const addresses = clusterAddresses(block, index);
  return {
    ...addresses,
    name,
    nodeName: `${name}-node`,
    server: `https://${addresses.node}:6443`,
    snapshotter,
  };
}
