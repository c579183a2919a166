import {
  formatIdentity,
  identify,
  recordsAt,
  textAt,
  type JsonRecord,
  type KubernetesObject,
} from '@slipway/core/manifest';
import { computeRollout } from '@slipway/core/rollout';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster } from '@slipway/io/cluster';

export interface EstablishOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const pauseMs = 100;
/** The API server tells of a kind a moment after it serves it. */
const discoveryPatienceMs = 15_000;

/**
 * Waits until the API serves the kinds that were just defined: before, their objects would be refused.
 *
 * @param objects as the API answered when they were applied; those that nothing was changed of need not be here
 * @throws ClusterError when it never will: another definition has the names
 */
export async function awaitEstablished(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: EstablishOptions,
): Promise<void> {
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  await Promise.all(
    definitions.map(async (definition) => {
      if (!isEstablished(definition)) await awaitKind(cluster, definition, options.signal);
      for (const version of recordsAt(definition, 'spec', 'versions')) {
        if (version['served'] === true) await awaitDiscovery(cluster, definition, version, options);
      }
    }),
  );
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

async function awaitDiscovery(
  cluster: Cluster,
  definition: KubernetesObject,
  version: JsonRecord,
  { clock, signal }: EstablishOptions,
): Promise<void> {
  const group = textAt(definition, 'spec', 'group') ?? '';
  const kind = textAt(definition, 'spec', 'names', 'kind') ?? '';
  const apiVersion = `${group}/${textAt(version, 'name') ?? ''}`;
  const deadlineMs = clock.monotonicMs() + discoveryPatienceMs;
  while ((await cluster.isNamespaced({ apiVersion, kind })) === undefined) {
    if (clock.monotonicMs() >= deadlineMs) return; // its objects will say what is wrong
    await clock.sleep(pauseMs, signal);
  }
}

function isEstablished(definition: KubernetesObject): boolean {
  const { state, message } = computeRollout(definition);
  if (state === 'failed') {
    const title = formatIdentity(identify(definition));
    throw new ClusterError('cluster-refused', `${title} is not served: ${message}`);
  }
  return state === 'available';
}
