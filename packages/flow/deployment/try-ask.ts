import { ClusterError } from '@slipway/io/cluster';

/** The answer of the cluster, or what it refused; a cluster that cannot be reached has answered nothing. */
export async function tryAsk<T>(ask: () => Promise<T>): Promise<T | ClusterError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ClusterError && error.code !== 'cluster-unreachable') return error;
    throw error;
  }
}
