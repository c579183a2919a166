import { formatDuration } from '@slipway/core/duration';
import { SlipwayError } from '@slipway/core/errors';
import {
  formatIdentity,
  numberAt,
  recordAt,
  recordsAt,
  textAt,
  type KubernetesObject,
  type ObjectIdentity,
} from '@slipway/core/manifest';
import { computeWorkloadStatus } from '@slipway/core/rollout';
import type { Clock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';

export interface SoakOptions {
  /** Deployments, StatefulSets and DaemonSets that must stay as they are. */
  readonly workloads: readonly ObjectIdentity[];
  readonly soakMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const pollMs = 1000;
const heartbeatMs = 15_000;

/**
 * Watches a verified release for the soak time: no container may restart and no workload may lose readiness.
 *
 * @returns undefined when it held; the failure (`soak-failed`) as soon as it did not
 */
export async function soak(
  cluster: Cluster,
  { workloads, soakMs, clock, logger, signal }: SoakOptions,
): Promise<SlipwayError | undefined> {
  const started = clock.monotonicMs();
  const end = started + soakMs;
  const before = await countRestarts(cluster, workloads);
  let beat = started + heartbeatMs;
  logger.info(
    `Soak: watching for ${formatDuration(soakMs)} that nothing restarts or loses readiness`,
  );
  for (;;) {
    const sentence = await findTrouble(cluster, workloads, before);
    if (sentence !== undefined) {
      const after = formatDuration(clock.monotonicMs() - started);
      return new SlipwayError('soak-failed', `${sentence}, ${after} into the soak`, {
        fix: 'The release came up but does not stay up: look at the log of the container.',
      });
    }
    const now = clock.monotonicMs();
    if (now >= end) return undefined;
    if (now >= beat) {
      logger.info(`Soak: ${formatDuration(now - started)} of ${formatDuration(soakMs)}`);
      beat += heartbeatMs;
    }
    await clock.sleep(Math.min(pollMs, end - now), signal);
  }
}

/** Restarts by pod and container. */
type Restarts = ReadonlyMap<string, number>;

async function findTrouble(
  cluster: Cluster,
  workloads: readonly ObjectIdentity[],
  before: Restarts,
): Promise<string | undefined> {
  for (const identity of workloads) {
    const object = await cluster.get(identity);
    if (object === undefined) return `${formatIdentity(identity)} was deleted`;
    const status = computeWorkloadStatus(object);
    if (status.state !== 'available') return `${formatIdentity(identity)}: ${status.message}`;
  }
  for (const [container, count] of await countRestarts(cluster, workloads)) {
    if (count > (before.get(container) ?? 0)) return `${container} restarted`;
  }
  return undefined;
}

async function countRestarts(
  cluster: Cluster,
  workloads: readonly ObjectIdentity[],
): Promise<Restarts> {
  const restarts = new Map<string, number>();
  for (const identity of workloads) {
    const object = await cluster.get(identity);
    const labelSelector = object === undefined ? undefined : selectorOf(object);
    if (labelSelector === undefined) continue;
    const { namespace } = identity;
    const pods = await cluster.list(
      { apiVersion: 'v1', kind: 'Pod' },
      { labelSelector, ...(namespace === undefined ? {} : { namespace }) },
    );
    for (const pod of pods.items) {
      if (pod.metadata.deletionTimestamp !== undefined) continue;
      for (const status of recordsAt(pod, 'status', 'containerStatuses')) {
        const container = `Container ${textAt(status, 'name') ?? ''} of ${pod.metadata.name}`;
        restarts.set(container, numberAt(status, 'restartCount') ?? 0);
      }
    }
  }
  return restarts;
}

function selectorOf(object: KubernetesObject): string | undefined {
  const labels = Object.entries(recordAt(object, 'spec', 'selector', 'matchLabels') ?? {});
  if (labels.length === 0) return undefined;
  return labels.map(([key, value]) => `${key}=${String(value)}`).join(',');
}
