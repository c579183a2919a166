import type { Cluster } from '@slipway/io/cluster';
import { describeHolder, describeSince, leaseIdentity, readLease } from './lease.js';

/** Who holds the Lease of a service, in a person's words; one that died is still named until another one comes. */
export interface LockHolder {
  /** `run 7 (attempt 1) of shop/orders` */
  readonly who: string;
  /** RFC 3339, by the holder's own clock. */
  readonly since: string;
  /** When it last gave a sign of life, by its own clock. */
  readonly lastSeen: string;
}

/**
 * Who is at a service now: for people, never for decisions.
 *
 * @example await readLockHolder(cluster, { service: 'orders', namespace: 'shop' })
 * // { who: 'run 7 (attempt 1) of shop/orders', since: '2026-03-01T02:11:09Z', lastSeen: '2026-03-01T02:14:30Z' }
 * @returns undefined when nobody holds it
 * @throws ClusterError
 */
export async function readLockHolder(
  cluster: Cluster,
  { service, namespace }: { readonly service: string; readonly namespace: string },
): Promise<LockHolder | undefined> {
  const lease = await cluster.get(leaseIdentity(service, namespace));
  const record = lease === undefined ? undefined : readLease(lease);
  if (record?.holder === undefined) return undefined;
  const { holder, heldSince, renewedAt } = record;
  return {
    who: describeHolder(holder),
    since: describeSince(heldSince),
    lastSeen: describeSince(renewedAt),
  };
}
