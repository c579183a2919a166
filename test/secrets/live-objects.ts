import type { KubernetesObject } from '@slipway/core/manifest';
import type { Stage } from '@slipway/testing/stage';

const kinds = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['v1', 'Pod'],
  ['v1', 'ConfigMap'],
  ['v1', 'Event'],
  ['coordination.k8s.io/v1', 'Lease'],
] as const;

/** What there is in the namespace but for Secrets, with managedFields, as the API gives it. */
export async function listLiveObjects({
  cluster,
  namespace,
}: Stage): Promise<readonly (KubernetesObject & { readonly status?: unknown })[]> {
  const lists = await Promise.all(
    kinds.map(([apiVersion, kind]) => cluster.list({ apiVersion, kind }, { namespace })),
  );
  return lists.flatMap(({ items }) => items);
}
