import { isScalable, readScaleTargets, type KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';

const horizontal = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };

/** Whose replicas an autoscaler sets. */
export interface Autoscaled {
  /** By the manifests or by the cluster, as `formatIdentity` writes them. */
  readonly targets: ReadonlySet<string>;
  /** Where the cluster’s autoscalers may not be listed. */
  readonly unlisted: readonly string[];
}

/**
 * Which of the objects an autoscaler scales: one of the manifests, or one that is in the cluster already.
 */
export async function findAutoscaled(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
): Promise<Autoscaled> {
  const scalable = objects.filter(isScalable);
  const namespaces = new Set(scalable.flatMap(({ metadata }) => metadata.namespace ?? []));
  const listed = await Promise.all(
    [...namespaces].map(async (namespace) => ({
      namespace,
      autoscalers: await tryListAutoscalers(cluster, namespace),
    })),
  );
  const live = listed.flatMap(({ autoscalers }) => autoscalers ?? []);
  return {
    targets: new Set(readScaleTargets([...objects, ...live])),
    unlisted: listed.flatMap(({ namespace, autoscalers }) =>
      autoscalers === undefined ? [namespace] : [],
    ),
  };
}

/** @returns undefined without the right to list them */
async function tryListAutoscalers(
  cluster: Cluster,
  namespace: string,
): Promise<readonly KubernetesObject[] | undefined> {
  try {
    return (await cluster.list(horizontal, { namespace })).items;
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.status === 403) return undefined;
    if (error.status === 404) return []; // this cluster has no such kind
    throw error;
  }
}
