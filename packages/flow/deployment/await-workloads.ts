import { formatIdentity, type KubernetesObject, type ObjectIdentity } from '@slipway/core/manifest';
import type { AppliedObject } from './apply-options.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import type { Release } from './release-problem.js';
import { watchRollout, type RolloutResult } from './watch.js';
import { listAwaited, listWorkloads, withoutJobs, type Steps } from './workloads.js';

type Context = Pick<DeploymentContext, 'service' | 'cluster' | 'clock' | 'logger' | 'signal'>;

interface AwaitOptions extends Context {
  readonly release: Pick<Release, 'since'>;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
}

/** Waits for what runs pods among some objects, as `watchRollout` does. */
export async function awaitWorkloads(
  options: AwaitOptions,
  objects: readonly KubernetesObject[],
  applied: readonly AppliedObject[],
): Promise<RolloutResult> {
  return watch(options, listWorkloads(objects), applied);
}

/**
 * Waits for everything of a release that has a state of its own: its workloads, and beside them volumes, routes,
 * custom resources. What was to be done before the workloads came is done by now.
 */
export async function awaitRelease(
  options: AwaitOptions,
  { preparation, release }: Pick<Steps, 'preparation' | 'release'>,
  applied: readonly AppliedObject[],
): Promise<RolloutResult> {
  const same = applied.filter(({ change }) => change === 'unchanged');
  const unchanged = new Set(same.map(({ identity }) => formatIdentity(identity)));
  const objects = [...withoutJobs(preparation), ...release];
  const isChanged = (identity: ObjectIdentity): boolean => !unchanged.has(formatIdentity(identity));
  return watch(options, listAwaited(objects, isChanged), applied);
}

/** A Job that has run and is gone is not waited for. */
function watch(
  { service, cluster, release, deadlineMs, clock, logger, signal }: AwaitOptions,
  awaited: readonly ObjectIdentity[],
  applied: readonly AppliedObject[],
): Promise<RolloutResult> {
  const gone = new Set(applied.flatMap(({ identity, hasRun }) => (hasRun ? [identity.name] : [])));
  const workloads = awaited.filter(({ kind, name }) => kind !== 'Job' || !gone.has(name));
  const { since } = release;
  const fieldManager = fieldManagerOf(service);
  return watchRollout(cluster, {
    ...{ workloads, fieldManager, since, deadlineMs, clock, logger, signal },
  });
}
