import {
  formatIdentity,
  identify,
  numberAt,
  recordsAt,
  textAt,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';

export interface ReplaceOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const everyMs = 200;
const longestMs = 5000;

/**
 * Deletes what keeps StatefulSets from going back: one that replaces its pods in order waits for a broken pod of
 * the release that is left to become ready, which it never does, although the template is the good one again.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export async function replaceStuckPods(
  cluster: Cluster,
  objects: readonly KubernetesObject[],
  options: ReplaceOptions,
): Promise<void> {
  for (const object of objects) {
    if (object.kind !== 'StatefulSet') continue;
    if (textAt(object, 'spec', 'podManagementPolicy') === 'Parallel') continue;
    const set = await fetchObserved(cluster, identify(object), options);
    if (set !== undefined) await replacePodsOf(cluster, set, options);
  }
}

/** As its controller sees it; undefined when it does not look at it in time. */
async function fetchObserved(
  cluster: Cluster,
  identity: ObjectIdentity,
  { clock, signal }: ReplaceOptions,
): Promise<KubernetesObject | undefined> {
  const untilMs = clock.monotonicMs() + longestMs;
  for (;;) {
    const set = await cluster.get(identity);
    if (set === undefined) return undefined;
    const observed = numberAt(set, 'status', 'observedGeneration') ?? 0;
    if (observed >= (set.metadata.generation ?? 0)) return set;
    if (clock.monotonicMs() >= untilMs) return undefined;
    await clock.sleep(everyMs, signal);
  }
}

async function replacePodsOf(
  cluster: Cluster,
  set: KubernetesObject,
  { logger, signal }: ReplaceOptions,
): Promise<void> {
  const { namespace } = set.metadata;
  const where = namespace === undefined ? {} : { namespace };
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, where);
  for (const pod of items.filter((each) => isStuck(each, set))) {
    signal.throwIfAborted();
    const { uid } = pod.metadata;
    const title = formatIdentity(identify(pod));
    try {
      await cluster.remove(identify(pod), uid === undefined ? {} : { uid });
      logger.info(`deleted: ${title}, which is broken and keeps its StatefulSet from going back`);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status !== 403) throw error;
      logger.warning(
        `${title} keeps its StatefulSet from going back and cannot be deleted: grant delete on pods, or delete it by hand`,
      );
    }
  }
}

/** Of another revision than the one to go to, and not ready. */
function isStuck({ metadata, ...pod }: KubernetesObject, set: KubernetesObject): boolean {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const isOwn = owner?.uid === set.metadata.uid && metadata.deletionTimestamp === undefined;
  const revision = metadata.labels?.['controller-revision-hash'];
  const isReady = recordsAt(pod, 'status', 'conditions').some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );
  return isOwn && revision !== textAt(set, 'status', 'updateRevision') && !isReady;
}
