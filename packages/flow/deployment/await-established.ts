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
/** Usually it takes a fraction of a second. */
const establishPatienceMs = 60_000;
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
      if (!isEstablished(definition)) await awaitKind(cluster, definition, options);
      for (const version of recordsAt(definition, 'spec', 'versions')) {
        if (version['served'] === true) await awaitDiscovery(cluster, definition, version, options);
      }
    }),
  );
}

async function awaitKind(
  cluster: Cluster,
  definition: KubernetesObject,
  { clock, signal }: EstablishOptions,
): Promise<void> {
  const identity = identify(definition);
  const deadlineMs = clock.monotonicMs() + establishPatienceMs;
  for (;;) {
    const found = await cluster.get(identity);
    if (found !== undefined && isEstablished(found)) return;
    if (clock.monotonicMs() >= deadlineMs) {
      const why = found === undefined ? 'somebody deleted it' : computeRollout(found).message;
      throw new ClusterError(
        'cluster-refused',
        `${formatIdentity(identity)} is not served: ${why}`,
      );
    }
    await clock.sleep(pauseMs, signal);
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
