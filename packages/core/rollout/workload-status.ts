import {
  booleanAt,
  numberAt,
  recordsAt,
  textAt,
  valueAt,
  type JsonRecord,
  type KubernetesObject,
} from '../manifest/index.js';

/** How far an object is on its way to what it should be. */
export interface WorkloadStatus {
  readonly state: 'in-progress' | 'available' | 'failed';
  /** For machines: `LessUpdated`. */
  readonly reason: string;
  /** For people: `2 of 3 replicas updated`. */
  readonly message: string;
}

/**
 * The state of an object by what it says about itself: first whether its controller has seen the newest
 * change, then the rules of its kind, in the order of kstatus (cli-utils) and `kubectl rollout status`. Beyond
 * kstatus: a Job is available when it is complete, a failed pod is failed. Other kinds go by their conditions.
 *
 * @example computeWorkloadStatus(deployment) // { state: 'in-progress', reason: 'LessUpdated', message: '2 of 3 replicas updated' }
 */
export function computeWorkloadStatus(object: KubernetesObject): WorkloadStatus {
  if (object.metadata.deletionTimestamp !== undefined)
    return progress('Terminating', 'being deleted');
  const generation = object.metadata.generation ?? 0;
  const observed = numberAt(object, 'status', 'observedGeneration');
  const mustObserve = controllers.has(object.kind);
  if (observed === undefined ? mustObserve && generation > 0 : observed < generation) {
    return progress('NotObserved', 'the change is not observed yet');
  }
  const rule = rules.get(object.kind) ?? computeByConditions;
  return rule(object);
}

/** The condition of a type: `{ type, status, reason, message }`. */
export function conditionOf(object: KubernetesObject, type: string): JsonRecord | undefined {
  return recordsAt(object, 'status', 'conditions').find((each) => each['type'] === type);
}

export function hasCondition(object: KubernetesObject, type: string): boolean {
  return conditionOf(object, type)?.['status'] === 'True';
}

const controllers: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

const rules: ReadonlyMap<string, (object: KubernetesObject) => WorkloadStatus> = new Map([
  ['Deployment', computeDeployment],
  ['StatefulSet', computeStatefulSet],
  ['DaemonSet', computeDaemonSet],
  ['Job', computeJob],
  ['Pod', computePod],
  ['CustomResourceDefinition', computeDefinition],
]);

function progress(reason: string, message: string): WorkloadStatus {
  return { state: 'in-progress', reason, message };
}

function available(message: string): WorkloadStatus {
  return { state: 'available', reason: 'Available', message };
}

function count(object: KubernetesObject, field: string): number {
  return numberAt(object, 'status', field) ?? 0;
}

function computeDeployment(object: KubernetesObject): WorkloadStatus {
  const desired = numberAt(object, 'spec', 'replicas') ?? 1;
  const updated = count(object, 'updatedReplicas');
  const old = count(object, 'replicas') - updated;
  const ready = count(object, 'availableReplicas');
  const progressing = conditionOf(object, 'Progressing');
  const step = describeDeploymentStep({ desired, updated, old, ready });
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded') {
    const message = `no progress within ${numberAt(object, 'spec', 'progressDeadlineSeconds') ?? 600} s: ${step?.message ?? replicas(ready, desired, 'available')}`;
    return { state: 'failed', reason: 'ProgressDeadlineExceeded', message };
  }
  if (step !== undefined && booleanAt(object, 'spec', 'paused') === true) {
    return progress('Paused', `paused: ${step.message}`);
  }
  return step ?? available(replicas(ready, desired, 'available'));
}

function describeDeploymentStep(counts: {
  readonly desired: number;
  readonly updated: number;
  readonly old: number;
  readonly ready: number;
}): WorkloadStatus | undefined {
  const { desired, updated, old, ready } = counts;
  if (updated < desired) return progress('LessUpdated', replicas(updated, desired, 'updated'));
  if (old > 0) {
    return progress('OldReplicas', `${old} old ${old === 1 ? 'replica' : 'replicas'} still there`);
  }
  if (ready < desired) return progress('LessAvailable', replicas(ready, desired, 'available'));
  if (updated > desired) return progress('Surplus', replicas(updated, desired, 'wanted'));
  return undefined;
}

function computeStatefulSet(object: KubernetesObject): WorkloadStatus {
  const desired = numberAt(object, 'spec', 'replicas') ?? 1;
  const current = count(object, 'replicas');
  const ready = count(object, 'availableReplicas');
  const updated = count(object, 'updatedReplicas');
  const isRolling = textAt(object, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  const partition = numberAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  const wanted = Math.max(0, desired - partition);
  if (current < desired) return progress('LessReplicas', replicas(current, desired, 'created'));
  if (isRolling && updated < wanted)
    return progress('LessUpdated', replicas(updated, wanted, 'updated'));
  if (ready < desired) return progress('LessAvailable', replicas(ready, desired, 'available'));
  if (current > desired) return progress('Surplus', replicas(current, desired, 'wanted'));
  return available(replicas(ready, desired, 'available'));
}

function computeDaemonSet(object: KubernetesObject): WorkloadStatus {
  const desired = count(object, 'desiredNumberScheduled');
  const updated = count(object, 'updatedNumberScheduled');
  const ready = count(object, 'numberAvailable');
  const isRolling = textAt(object, 'spec', 'updateStrategy', 'type') !== 'OnDelete';
  if (isRolling && updated < desired) {
    return progress('LessUpdated', `${updated} of ${desired} nodes updated`);
  }
  if (ready < desired) return progress('LessAvailable', `${ready} of ${desired} nodes available`);
  return available(`${ready} of ${desired} nodes available`);
}

function computeJob(object: KubernetesObject): WorkloadStatus {
  const failure = conditionOf(object, 'Failed');
  if (failure?.['status'] === 'True') {
    const reason = textAt(failure, 'reason') ?? 'Failed';
    return { state: 'failed', reason, message: textAt(failure, 'message') ?? 'failed' };
  }
  const wanted = numberAt(object, 'spec', 'completions') ?? 1;
  const message = `${count(object, 'succeeded')} of ${wanted} completions`;
  if (hasCondition(object, 'Complete')) return available(message);
  if (hasCondition(object, 'Suspended')) return progress('Suspended', `suspended: ${message}`);
  return progress('Running', message);
}

function computePod(object: KubernetesObject): WorkloadStatus {
  const phase = textAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Succeeded') return available('succeeded');
  if (phase === 'Failed') {
    const reason = textAt(object, 'status', 'reason') ?? 'Failed';
    return { state: 'failed', reason, message: textAt(object, 'status', 'message') ?? 'failed' };
  }
  if (hasCondition(object, 'Ready')) return available('ready');
  return progress(phase, phase === 'Running' ? 'running, not ready' : phase.toLowerCase());
}

function computeDefinition(object: KubernetesObject): WorkloadStatus {
  const names = conditionOf(object, 'NamesAccepted');
  if (names?.['status'] === 'False') {
    const message = textAt(names, 'message') ?? 'its names are not accepted';
    return { state: 'failed', reason: textAt(names, 'reason') ?? 'NamesNotAccepted', message };
  }
  return hasCondition(object, 'Established')
    ? available('established')
    : progress('NotEstablished', 'not established yet');
}

function computeByConditions(object: KubernetesObject): WorkloadStatus {
  const stalled = conditionOf(object, 'Stalled');
  if (hasCondition(object, 'Reconciling')) return progress('Reconciling', 'being reconciled');
  if (stalled?.['status'] === 'True') {
    const reason = textAt(stalled, 'reason') ?? 'Stalled';
    return { state: 'failed', reason, message: textAt(stalled, 'message') ?? 'stalled' };
  }
  const ready = valueAt(conditionOf(object, 'Ready'), 'status');
  if (ready === undefined || ready === 'True') return available('ready');
  return progress('NotReady', textAt(conditionOf(object, 'Ready'), 'message') ?? 'not ready');
}

function replicas(found: number, wanted: number, what: string): string {
  return `${found} of ${wanted} ${wanted === 1 ? 'replica' : 'replicas'} ${what}`;
}
