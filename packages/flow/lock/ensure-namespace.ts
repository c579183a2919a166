import type { KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';

/**
 * Makes the namespace when it is not there. Who may not look at namespaces works in one that exists: then
 * nothing is made, and what is missing shows in the next request.
 *
 * @throws ClusterError `cluster-refused` when somebody is deleting it: nothing can be made in it any more
 */
export async function ensureNamespace(
  cluster: Cluster,
  namespace: string,
  logger: Logger,
): Promise<void> {
  const identity = { apiVersion: 'v1', kind: 'Namespace', name: namespace } as const;
  try {
    const found = await cluster.get(identity);
    if (found !== undefined) {
      refuseLeaving(found);
      return;
    }
  } catch (error) {
    if (error instanceof ClusterError && error.code === 'cluster-denied' && error.status === 403) {
      logger.debug(
        `whether the namespace ${namespace} exists is not for us to know: ${error.message}`,
      );
      return;
    }
    throw error;
  }
  const { name, ...type } = identity;
  await cluster.apply({ ...type, metadata: { name } }, { fieldManager: 'slipway' });
  logger.info(`made the namespace ${namespace}`);
}

function refuseLeaving({ metadata }: KubernetesObject): void {
  if (metadata.deletionTimestamp === undefined) return;
  throw new ClusterError('cluster-refused', `the namespace ${metadata.name} is being deleted`, {
    fix: 'Wait until it is gone, or find out what holds it (kubectl describe namespace); then deploy again.',
  });
}
