import type { KubernetesObject, ObjectIdentity } from '@slipway/core/manifest';
import { isKnownKind, secretMakerTypes, type Snapshot } from '@slipway/core/rollout';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Scope } from './follow-objects.js';

/** Each kind of what is waited for, and what tells about it, in each of its namespaces. */
export function listScopes(workloads: readonly ObjectIdentity[]): readonly Scope[] {
  const scopes = new Map<string, Scope>();
  const add = (apiVersion: string, kind: string, where: Omit<Scope, 'type'>): void => {
    const key = `${apiVersion} ${kind} ${where.namespace ?? ''}`;
    scopes.set(key, { type: { apiVersion, kind }, ...where });
  };
  for (const { apiVersion, kind, namespace } of workloads) {
    // whoever may make a custom resource may not always read it
    const denied = !isKnownKind({ apiVersion, kind }) ? ({ ifDenied: 'warn' } as const) : {};
    add(apiVersion, kind, { ...denied, ...(namespace === undefined ? {} : { namespace }) });
    if (namespace === undefined) continue;
    if (kind === 'Deployment') add(apiVersion, 'ReplicaSet', { namespace });
    add('v1', 'Pod', { namespace });
    add('v1', 'Event', { namespace, ifDenied: 'warn' });
  }
  return [...scopes.values()];
}

/** The kinds that make Secrets, where the cluster has them: what they are about to make is not missing. */
export async function findMakerScopes(
  cluster: Cluster,
  workloads: readonly ObjectIdentity[],
): Promise<readonly Scope[]> {
  const namespaces = new Set(workloads.flatMap(({ namespace }) => namespace ?? []));
  const known = await Promise.all(
    secretMakerTypes.map(async (type) => (await cluster.isNamespaced(type)) === true),
  );
  return secretMakerTypes
    .filter((_type, index) => known[index] === true)
    .flatMap((type) =>
      [...namespaces].map((namespace): Scope => ({ type, namespace, ifDenied: 'ignore' })),
    );
}

/** What the cluster says of some workloads now, as far as it may be read. */
export async function fetchSnapshot(
  cluster: Cluster,
  workloads: readonly ObjectIdentity[],
): Promise<Snapshot> {
  const lists = await Promise.all(listScopes(workloads).map((scope) => listScope(cluster, scope)));
  return { workloads, objects: lists.flat() };
}

async function listScope(
  cluster: Cluster,
  { type, namespace, ifDenied }: Scope,
): Promise<readonly KubernetesObject[]> {
  try {
    return (await cluster.list(type, namespace === undefined ? {} : { namespace })).items;
  } catch (error) {
    const isMissingRight = error instanceof ClusterError && error.status === 403;
    if (ifDenied === undefined || !isMissingRight) throw error;
    return [];
  }
}
