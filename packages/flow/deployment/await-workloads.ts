import type { KubernetesObject } from '@slipway/core/manifest';
import type { AppliedObject } from './apply-options.js';
import type { DeploymentContext } from './context.js';
import type { Release } from './release-problem.js';
import { watchRollout } from './watch.js';
import { listWorkloads } from './workloads.js';

type Context = Pick<DeploymentContext, 'cluster' | 'clock' | 'logger' | 'signal'>;

interface AwaitOptions extends Context {
  readonly release: Pick<Release, 'since'>;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
}

/**
 * Waits for what runs pods among some objects, as `watchRollout` does. A Job that has run and is gone is not waited
 * for.
 */
export async function awaitWorkloads(
  { cluster, release, deadlineMs, clock, logger, signal }: AwaitOptions,
  objects: readonly KubernetesObject[],
  applied: readonly AppliedObject[],
): ReturnType<typeof watchRollout> {
  const gone = new Set(applied.flatMap(({ identity, hasRun }) => (hasRun ? [identity.name] : [])));
  const workloads = listWorkloads(objects).filter(
    ({ kind, name }) => kind !== 'Job' || !gone.has(name),
  );
  const { since } = release;
  return watchRollout(cluster, { workloads, since, deadlineMs, clock, logger, signal });
}
