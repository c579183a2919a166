import { booleanAt, numberAt, textAt, type KubernetesObject } from '../manifest/index.js';
import { conditionOf, hasCondition } from './conditions.js';
import { available, failed, inProgress, type RolloutStatus } from './status.js';

function count(object: KubernetesObject, field: string): number {
  return numberAt(object, 'status', field) ?? 0;
}

/** By the counts, as `kubectl rollout status`: the conditions say the same later. */
export function computeDeployment(object: KubernetesObject): RolloutStatus {
  const desired = numberAt(object, 'spec', 'replicas') ?? 1;
  const updated = count(object, 'updatedReplicas');
  const old = count(object, 'replicas') - updated;
  const ready = count(object, 'availableReplicas');
  const progressing = conditionOf(object, 'Progressing');
  const step = describeDeploymentStep({ desired, updated, old, ready });
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') {
    const seconds = numberAt(object, 'spec', 'progressDeadlineSeconds') ?? 600;
    const state = step?.message ?? replicas(ready, desired, 'available');
    return failed('ProgressDeadlineExceeded', `no progress within ${seconds} s: ${state}`);
  }
  if (step !== undefined && booleanAt(object, 'spec', 'paused') === true) {
    return inProgress('Paused', `paused: ${step.message}`);
  }
  return step ?? available(replicas(ready, desired, 'available'));
}

function describeDeploymentStep(counts: {
  readonly desired: number;
  readonly updated: number;
  readonly old: number;
  readonly ready: number;
}): RolloutStatus | undefined {
  const { desired, updated, old, ready } = counts;
  if (updated < desired) return inProgress('LessUpdated', replicas(updated, desired, 'updated'));
  if (old > 0) {
    return inProgress(
      'OldReplicas',
      `${old} old ${old === 1 ? 'replica' : 'replicas'} still there`,
    );
  }
  if (ready < desired) return inProgress('LessAvailable', replicas(ready, desired, 'available'));
  if (updated > desired) return inProgress('Surplus', replicas(updated, desired, 'wanted'));
  return undefined;
}

/**
 * Available, not only ready: `minReadySeconds` counts. With a partition the pods below it keep the former
 * revision; with `OnDelete` people update pods, and it is enough that all are there.
 */
export function computeStatefulSet(object: KubernetesObject): RolloutStatus {
  const desired = numberAt(object, 'spec', 'replicas') ?? 1;
  const current = count(object, 'replicas');
  const ready = count(object, 'availableReplicas');
  const updated = count(object, 'updatedReplicas');
  const isRolling = textAt(object, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const wanted = Math.max(0, desired - (partition ?? 0));
  if (current < desired) return inProgress('LessReplicas', replicas(current, desired, 'created'));
  if (isRolling && updated < wanted)
    return inProgress('LessUpdated', replicas(updated, wanted, 'updated'));
  if (ready < desired) return inProgress('LessAvailable', replicas(ready, desired, 'available'));
  if (current > desired) return inProgress('Surplus', replicas(current, desired, 'wanted'));
  const [from, to] = ['currentRevision', 'updateRevision'].map((field) =>
    textAt(object, 'status', field),
  );
  if (isRolling && partition === undefined && from !== to)
    return inProgress('RevisionMismatch', 'the new revision is not the current one yet');
  return available(replicas(ready, desired, 'available'));
}

/** With `OnDelete` people update pods: it is enough that every node has one. */
export function computeDaemonSet(object: KubernetesObject): RolloutStatus {
  const desired = numberAt(object, 'status', 'desiredNumberScheduled');
  if (desired === undefined) return inProgress('NotScheduled', 'not scheduled yet');
  const updated = count(object, 'updatedNumberScheduled');
  const ready = count(object, 'numberAvailable');
  const isRolling = textAt(object, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  if (isRolling && updated < desired) {
    return inProgress('LessUpdated', `${updated} of ${desired} nodes updated`);
  }
  if (ready < desired) return inProgress('LessAvailable', `${ready} of ${desired} nodes available`);
  return available(`${ready} of ${desired} nodes available`);
}

export function computeReplicaSet(object: KubernetesObject): RolloutStatus {
  const desired = numberAt(object, 'spec', 'replicas') ?? 1;
  const ready = count(object, 'availableReplicas');
  const current = count(object, 'replicas');
  if (hasCondition(object, 'ReplicaFailure')) {
    return inProgress(
      'ReplicaFailure',
      `pods are refused: ${replicas(ready, desired, 'available')}`,
    );
  }
  if (ready < desired) return inProgress('LessAvailable', replicas(ready, desired, 'available'));
  if (current > desired) return inProgress('Surplus', replicas(current, desired, 'wanted'));
  return available(replicas(ready, desired, 'available'));
}

/** Available once it is complete: a Job that runs has not done anything yet. */
export function computeJob(object: KubernetesObject): RolloutStatus {
  const failure = conditionOf(object, 'Failed');
  if (failure?.['status'] === 'True') {
    return failed(textAt(failure, 'reason') ?? 'Failed', textAt(failure, 'message') ?? 'failed');
  }
  const parallelism = numberAt(object, 'spec', 'parallelism') ?? 1;
  const wanted = numberAt(object, 'spec', 'completions') ?? parallelism;
  const message = `${count(object, 'succeeded')} of ${wanted} completions`;
  if (hasCondition(object, 'Complete')) return available(message);
  if (hasCondition(object, 'Suspended')) return inProgress('Suspended', `suspended: ${message}`);
  return inProgress('Running', message);
}

/** Ready, or done well. */
export function computePod(object: KubernetesObject): RolloutStatus {
  const phase = textAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Succeeded') return available('succeeded');
  if (phase === 'Failed') {
    const reason = textAt(object, 'status', 'reason') ?? 'Failed';
    return failed(reason, textAt(object, 'status', 'message') ?? 'failed');
  }
  if (phase === 'Running' && hasCondition(object, 'Ready')) return available('ready');
  return inProgress(phase, phase === 'Running' ? 'running, not ready' : phase.toLowerCase());
}

function replicas(found: number, wanted: number, what: string): string {
  return `${found} of ${wanted} ${wanted === 1 ? 'replica' : 'replicas'} ${what}`;
}
