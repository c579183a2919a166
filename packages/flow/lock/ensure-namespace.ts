import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';

/**
 * Makes the namespace when it is not there. Who may not look at namespaces works in one that exists: then
 * nothing is made, and what is missing shows in the next request.
 */
export async function ensureNamespace(
  cluster: Cluster,
  namespace: string,
  logger: Logger,
): Promise<void> {
  const identity = { apiVersion: 'v1', kind: 'Namespace', name: namespace } as const;
  try {
    if ((await cluster.get(identity)) !== undefined) return;
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
