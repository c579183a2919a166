import type { ObjectIdentity } from '@slipway/core/manifest';
import { isKnownKind, secretMakerTypes, type Snapshot } from '@slipway/core/rollout';
import type { Cluster } from '@slipway/io/cluster';
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

/** What the cluster says of some workloads now; events are left out. */
export async function fetchSnapshot(
  cluster: Cluster,
  workloads: readonly ObjectIdentity[],
): Promise<Snapshot> {
  const scopes = listScopes(workloads).filter(({ type }) => type.kind !== 'Event');
  const lists = await Promise.all(
    scopes.map(async ({ type, namespace }) => {
      const where = namespace === undefined ? {} : { namespace };
      return (await cluster.list(type, where)).items;
    }),
  );
  return { workloads, objects: lists.flat() };
}
