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
import { computeRollout } from '@slipway/core/rollout';
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
  const before = await readHealth(cluster, workloads);
  let beat = started + heartbeatMs;
  logger.info(
    `Soak: watching for ${formatDuration(soakMs)} that nothing restarts or loses readiness`,
  );
  for (;;) {
    const trouble = findTrouble(before, await readHealth(cluster, workloads));
    if (trouble !== undefined) {
      const after = formatDuration(clock.monotonicMs() - started);
      return new SlipwayError('soak-failed', `${trouble}, ${after} into the soak`, {
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

/** One workload at one moment. */
interface Health {
  readonly name: string;
  /** Undefined when it is not there. */
  readonly available: number | undefined;
  readonly desired: number;
  readonly hasFailed: boolean;
  /** By container of a pod that is not on its way out. */
  readonly restarts: ReadonlyMap<string, number>;
}

/**
 * Readiness that was there and is lost; scaling up or down, or a controller that has not looked yet, is no
 * trouble.
 */
function findTrouble(before: readonly Health[], now: readonly Health[]): string | undefined {
  for (const [index, health] of now.entries()) {
    const { name, available, desired, hasFailed, restarts } = health;
    const was = before[index];
    if (available === undefined) return `${name} was deleted`;
    const expected = Math.min(was?.available ?? 0, desired);
    if (hasFailed || available < expected) {
      return `${name}: only ${available} of ${expected} that were available still are`;
    }
    for (const [container, count] of restarts) {
      if (count > (was?.restarts.get(container) ?? 0)) return `${container} restarted`;
    }
  }
  return undefined;
}

async function readHealth(
  cluster: Cluster,
  workloads: readonly ObjectIdentity[],
): Promise<readonly Health[]> {
  return Promise.all(
    workloads.map(async (identity): Promise<Health> => {
      const object = await cluster.get(identity);
      const name = formatIdentity(identity);
      if (object === undefined) {
        return { name, available: undefined, desired: 0, hasFailed: false, restarts: new Map() };
      }
      const hasFailed = computeRollout(object).state === 'failed';
      const restarts = await countRestarts(cluster, object);
      return { name, ...countReplicas(object), hasFailed, restarts };
    }),
  );
}

function countReplicas(object: KubernetesObject): { available: number; desired: number } {
  const status = (field: string): number => numberAt(object, 'status', field) ?? 0;
  switch (object.kind) {
    case 'DaemonSet':
      return { available: status('numberAvailable'), desired: status('desiredNumberScheduled') };
    case 'Deployment':
    case 'StatefulSet':
      return {
        available: status('availableReplicas'),
        desired: numberAt(object, 'spec', 'replicas') ?? 1,
      };
    default:
      return { available: 1, desired: 1 };
  }
}

async function countRestarts(
  cluster: Cluster,
  object: KubernetesObject,
): Promise<ReadonlyMap<string, number>> {
  const labelSelector = selectorOf(object);
  if (labelSelector === undefined) return new Map();
  const { namespace } = object.metadata;
  const pods = await cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { labelSelector, ...(namespace === undefined ? {} : { namespace }) },
  );
  return new Map(
    pods.items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((pod) =>
        recordsAt(pod, 'status', 'containerStatuses').map((status): [string, number] => [
          `Container ${textAt(status, 'name') ?? ''} of ${pod.metadata.name}`,
          numberAt(status, 'restartCount') ?? 0,
        ]),
      ),
  );
}

function selectorOf(object: KubernetesObject): string | undefined {
  const labels = Object.entries(recordAt(object, 'spec', 'selector', 'matchLabels') ?? {});
  if (labels.length === 0) return undefined;
  return labels.map(([key, value]) => `${key}=${String(value)}`).join(',');
}
