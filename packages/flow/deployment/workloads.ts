import {
  identify,
  isAutoscaler,
  phaseOf,
  type KubernetesObject,
  type ObjectIdentity,
  type PhaseName,
} from '@slipway/core/manifest';
import type { Intent } from '@slipway/core/release';
import { computeRollout, waitOf } from '@slipway/core/rollout';

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Pod'];

/** The objects that run pods. CronJobs run later. */
export function listWorkloads(objects: readonly KubernetesObject[]): readonly ObjectIdentity[] {
  return objects.filter(({ kind }) => workloadKinds.includes(kind)).map(identify);
}

/**
 * What a rollout waits for: everything that has a state of its own. Where a controller may be missing it is
 * waited for only when this deployment changed it.
 *
 * @param isChanged whether the apply made or changed an object
 */
export function listAwaited(
  objects: readonly KubernetesObject[],
  isChanged: (identity: ObjectIdentity) => boolean,
): readonly ObjectIdentity[] {
  return objects
    .filter((object) => {
      const wait = waitOf(object);
      if (wait !== 'briefly') return wait === 'deadline';
      // a Service that is no load balancer has nothing to wait for
      return isChanged(identify(object)) && computeRollout(object).state !== 'available';
    })
    .map(identify);
}

/** What must be as the bundle has it at any later time: a Job has run then, and may have been cleaned away since. */
export function withoutJobs(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(({ kind }) => kind !== 'Job');
}

/** The objects of a bundle by when they are applied; each step waits for the one before it. */
export interface Steps {
  /** What comes before the workloads, up to the migration Jobs, which must complete. */
  readonly preparation: readonly KubernetesObject[];
  readonly release: readonly KubernetesObject[];
  /** Jobs that run once the release is available. */
  readonly afterAvailable: readonly KubernetesObject[];
  /** Jobs that verify it. */
  readonly smokeTests: readonly KubernetesObject[];
}

const laterSteps: ReadonlyMap<PhaseName, keyof Steps> = new Map([
  ['workloads', 'release'],
  ['routes and autoscalers', 'release'],
  ['webhooks', 'release'],
  ['after-available', 'afterAvailable'],
  ['smoke-test', 'smokeTests'],
]);

export interface StepOptions {
  readonly intent: Intent;
  /** `skip`: whoever deploys has seen to the migrations. */
  readonly migrations: 'run' | 'skip';
}

/**
 * A rollback runs no Job but those that verify it: the others have run when its bundle was new, and would do it
 * again.
 */
export function planSteps(
  objects: readonly KubernetesObject[],
  { intent, migrations }: StepOptions,
): Steps {
  const chosen = objects.filter((object) => {
    const phase = phaseOf(object);
    const isSkipped = phase === 'migrations' && migrations === 'skip';
    const isOver = intent === 'rollback' && object.kind === 'Job' && phase !== 'smoke-test';
    return !isSkipped && !isOver;
  });
  const byStep = Map.groupBy(chosen, (object) => laterSteps.get(phaseOf(object)) ?? 'preparation');
  return {
    preparation: byStep.get('preparation') ?? [],
    release: byStep.get('release') ?? [],
    afterAvailable: byStep.get('afterAvailable') ?? [],
    smokeTests: byStep.get('smokeTests') ?? [],
  };
}

/** Everything, for a dry run that asks about it at once. */
export function listStepObjects(steps: Steps): readonly KubernetesObject[] {
  return [steps.preparation, steps.release, steps.afterAvailable, steps.smokeTests].flat();
}

/** What would set replicas that the next bundle sets itself goes before its workloads come. */
export function listAutoscalers(identities: readonly ObjectIdentity[]): readonly ObjectIdentity[] {
  return identities.filter(isAutoscaler);
}
