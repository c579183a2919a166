import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';

export interface ClusterAccess {
  readonly kubeconfig: string;
  readonly context: string;
  readonly kubectl: string;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a cluster whose log nobody reads: what goes wrong is thrown. */
export function openQuietCluster(access: ClusterAccess): Promise<Cluster> {
  const { kubeconfig, context, kubectl, signal = new AbortController().signal } = access;
  const ignore = (): void => undefined;
  const logger = {
    ...{ info: ignore, relay: ignore, warning: ignore, debug: ignore },
    group: <T>(_title: string, work: () => Promise<T>): Promise<T> => work(),
  };
  return openCluster({ kubeconfig, context, kubectl, clock: systemClock, signal, logger });
}
