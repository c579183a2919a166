import type { Cluster } from '@slipway/io/cluster';
import { leaseIdentity, readLease } from './lease.js';

/**
 * The last position in the ledger that a holder of the service's Lease acknowledged, without taking the Lease.
 *
 * @returns undefined where there is no Lease, or it knows of none
 * @throws ClusterError
 */
export async function fetchAcknowledged(
  cluster: Cluster,
  service: string,
  namespace: string,
): Promise<string | undefined> {
  const lease = await cluster.get(leaseIdentity(service, namespace));
  return lease === undefined ? undefined : readLease(lease).acknowledged;
}
