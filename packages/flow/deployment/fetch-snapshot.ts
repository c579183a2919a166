import type { ObjectIdentity } from '@slipway/core/manifest';
import type { Snapshot } from '@slipway/core/rollout';
import type { Cluster } from '@slipway/io/cluster';
import type { Scope } from './follow-objects.js';

/** Each kind of the workloads, and what tells about them, in each of their namespaces. */
export function listScopes(workloads: readonly ObjectIdentity[]): readonly Scope[] {
  const scopes = new Map<string, Scope>();
  const add = (apiVersion: string, kind: string, namespace: string, isOptional = false): void => {
    scopes.set(`${apiVersion} ${kind} ${namespace}`, {
      type: { apiVersion, kind },
      namespace,
      isOptional,
    });
  };
  for (const { apiVersion, kind, namespace = 'default' } of workloads) {
    add(apiVersion, kind, namespace);
    if (kind === 'Deployment') add(apiVersion, 'ReplicaSet', namespace);
    add('v1', 'Pod', namespace);
    add('v1', 'Event', namespace, true);
  }
  return [...scopes.values()];
}

/** What the cluster says of some workloads now; events are left out. */
export async function fetchSnapshot(
  cluster: Cluster,
  workloads: readonly ObjectIdentity[],
): Promise<Snapshot> {
  const scopes = listScopes(workloads).filter(({ type }) => type.kind !== 'Event');
  const lists = await Promise.all(
    scopes.map(async ({ type, namespace }) => (await cluster.list(type, { namespace })).items),
  );
  return { workloads, objects: lists.flat() };
}
