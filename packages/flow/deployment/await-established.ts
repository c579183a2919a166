import {
  formatIdentity,
  identify,
  recordsAt,
  textAt,
  type KubernetesObject,
} from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';

/** Waits until the API serves the kinds that were just defined: before, their objects would be refused. */
export async function awaitEstablished(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
): Promise<void> {
  for (const object of objects) {
    if (object.kind === 'CustomResourceDefinition') await awaitKind(cluster, object, signal);
  }
}

async function awaitKind(
  cluster: Cluster,
  definition: KubernetesObject,
  signal: AbortSignal,
): Promise<void> {
  const { apiVersion, kind, metadata } = definition;
  const fieldSelector = `metadata.name=${metadata.name}`;
  for (;;) {
    signal.throwIfAborted();
    const list = await cluster.list({ apiVersion, kind }, { fieldSelector });
    if (list.items.some(isEstablished)) return;
    const { resourceVersion } = list;
    const events = cluster.watch({ apiVersion, kind }, { fieldSelector, resourceVersion, signal });
    for await (const event of events) {
      if (event.type === 'modified' && isEstablished(event.object)) return;
    }
  }
}

/** @throws ClusterError when it never will be: another definition has its names */
function isEstablished(definition: KubernetesObject): boolean {
  const conditions = recordsAt(definition, 'status', 'conditions');
  const refused = conditions.find(
    (condition) => condition['type'] === 'NamesAccepted' && condition['status'] === 'False',
  );
  if (refused !== undefined) {
    throw new ClusterError(
      'cluster-refused',
      `${formatIdentity(identify(definition))} is not served: ${textAt(refused, 'message') ?? 'its names are taken'}`,
    );
  }
  return conditions.some(
    (condition) => condition['type'] === 'Established' && condition['status'] === 'True',
  );
}
