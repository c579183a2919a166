import {
  booleanAt,
  formatIdentity,
  numberAt,
  textAt,
  type KubernetesObject,
} from '../manifest/index.js';
import { conditionOf, hasCondition } from './conditions.js';
import { readContainers } from './containers.js';
import { detectClaim } from './detect-claim.js';
import { detectOvertaken, type Images } from './detect-overtaken.js';
import { signalOf, type Signal } from './finding.js';
import { computeRollout } from './rollout-status.js';
import type { EventView, WorkloadView } from './snapshot.js';
import type { RolloutStatus } from './status.js';
import { shorten } from './text.js';

interface WorkloadSubject {
  readonly workload: WorkloadView;
  /** Fresh events about the workload and its ReplicaSet, newest first. */
  readonly events: readonly EventView[];
  readonly sinceMs: number;
  /** Whether it was there before in this rollout. */
  readonly wasThere: boolean;
  /** What it asked for when it was first seen, and by whom it was applied. */
  readonly images: Images | undefined;
  readonly manager: string | undefined;
}

/** How much the cluster's clock may be behind ours. */
const skewMs = 2000;

/** What a workload itself tells, before or instead of its pods. */
export function detectWorkload(subject: WorkloadSubject): readonly Signal[] {
  const { object } = subject.workload;
  if (object === undefined) return [describeAbsence(subject)];
  const overtaken = detectOvertaken(object, subject.images, subject.manager);
  if (overtaken !== undefined) return [overtaken];
  const status = computeRollout(object);
  if (status.state === 'available') return [];
  // until then what it tells is of the change before
  if (status.reason === 'NotObserved') return [];
  const signals = [
    detectRefusal(subject, object),
    detectPause(subject, object),
    detectObstacle(subject, object),
    detectClaim(object, subject.events),
  ];
  if (status.state === 'failed') signals.push(describeFailure(subject, object, status));
  return signals.filter((signal) => signal !== undefined);
}

/** Pods that the API does not let into being: no pod will ever tell. */
function detectRefusal(
  { workload, events }: WorkloadSubject,
  object: KubernetesObject,
): Signal | undefined {
  const failure = conditionOf(workload.replicaSet ?? object, 'ReplicaFailure');
  const hasFailed = failure?.['status'] === 'True';
  const isByCondition = object.kind === 'Deployment';
  const event = isByCondition ? undefined : findRefusalEvent(events);
  const text = hasFailed ? textAt(failure, 'message') : event?.message;
  if (text === undefined) return undefined;
  const message = text.replace(/^.*?(?:failed error|Error creating): /, '');
  const isQuota = message.includes('exceeded quota');
  const isEnding = message.includes('is being terminated');
  const isLasting = /forbidden|exceeded quota|denied the request|is invalid/.test(message);
  const who = formatIdentity(workload.identity);
  return signalOf(isLasting ? 'pods-refused' : 'pods-refused-late', `${who}: pods-refused`, {
    fault: isQuota || isEnding || !isLasting ? 'platform' : 'candidate',
    object: workload.identity,
    reason: 'FailedCreate',
    sentence: `${who} may not create its pods: ${shorten(message.replace(/^pods "[^"]*" is forbidden: /, ''))}`,
    fix: isQuota
      ? 'Raise the quota of the namespace, lower replicas or resources, or allow maxUnavailable.'
      : isEnding
        ? 'Find out who deletes the namespace, and deploy again when it is gone.'
        : 'Correct what the message names: the API does not let these pods in.',
  });
}

/** StatefulSets, DaemonSets and Jobs tell of a refusal only in an event; a later success ends it. */
function findRefusalEvent(events: readonly EventView[]): EventView | undefined {
  const newest = events.find(
    ({ reason }) => reason === 'FailedCreate' || reason === 'SuccessfulCreate',
  );
  return newest?.reason === 'FailedCreate' ? newest : undefined;
}

function describeFailure(
  subject: WorkloadSubject,
  object: KubernetesObject,
  { reason, message }: RolloutStatus,
): Signal {
  const { workload } = subject;
  const who = formatIdentity(workload.identity);
  const key = `${who}: ${reason}`;
  const common = { fault: 'candidate', object: workload.identity, reason } as const;
  if (object.kind === 'Deployment') {
    const isOfBefore = isDeadlineOfBefore(object, subject.sinceMs);
    return signalOf(isOfBefore ? 'progress-deadline-before' : 'progress-deadline', key, {
      ...common,
      sentence: `${who} made ${message}`,
      fix: 'Look at its pods, or raise progressDeadlineSeconds if they only need more time.',
    });
  }
  if (object.kind !== 'Job' && object.kind !== 'Pod') {
    return signalOf('resource-failed', key, {
      ...common,
      sentence: `${who} cannot work: ${shorten(message)}`,
      fix: 'Correct what the message names: its controller does not take it as it is.',
    });
  }
  const end = findFailedContainer(workload.pods);
  const why =
    end === undefined ? '' : ` (container ${end.container} exited with code ${end.exitCode})`;
  return signalOf('job-failed', key, {
    ...common,
    ...end,
    ...(object.kind === 'Job' ? {} : { code: 'crash-loop' }),
    sentence: `${who} failed: ${shorten(message)}${why}`,
    fix: 'Read the log of its pod: the program itself reported the failure.',
  });
}

/** After a change the condition of the change before may stand for a moment. */
function isDeadlineOfBefore(object: KubernetesObject, sinceMs: number): boolean {
  const updated = textAt(conditionOf(object, 'Progressing'), 'lastUpdateTime');
  return (Date.parse(updated ?? '') || 0) < sinceMs - skewMs;
}

function findFailedContainer(
  pods: readonly KubernetesObject[],
): { readonly pod: string; readonly container: string; readonly exitCode: number } | undefined {
  for (const pod of pods) {
    for (const { name, state, last } of readContainers(pod)) {
      const end = state.kind === 'terminated' ? state.end : last;
      if (end !== undefined && end.exitCode !== 0) {
        return { pod: pod.metadata.name, container: name, exitCode: end.exitCode };
      }
    }
  }
  return undefined;
}

function detectPause({ workload }: WorkloadSubject, object: KubernetesObject): Signal | undefined {
  const isPaused = booleanAt(object, 'spec', 'paused') === true;
  const isSuspended = booleanAt(object, 'spec', 'suspend') === true;
  if (!isPaused && !isSuspended) return undefined;
  const who = formatIdentity(workload.identity);
  const { kind, name, namespace = 'default' } = workload.identity;
  const command = isPaused
    ? `kubectl -n ${namespace} rollout resume ${kind.toLowerCase()}/${name}`
    : 'set spec.suspend to false';
  return signalOf('paused', `${who}: paused`, {
    fault: 'platform',
    object: workload.identity,
    reason: isPaused ? 'Paused' : 'Suspended',
    sentence: `${who} is ${isPaused ? 'paused' : 'suspended'}: it takes no change`,
    fix: `Let it go on: ${command}.`,
  });
}

/**
 * A StatefulSet replaces pods in order and waits for each to be ready: a broken pod of the revision before
 * stands in the way for ever (kubernetes/kubernetes#67250, “forced rollback”).
 */
function detectObstacle(
  { workload }: WorkloadSubject,
  object: KubernetesObject,
): Signal | undefined {
  const isOrdered = textAt(object, 'spec', 'podManagementPolicy') !== 'Parallel';
  const pod = workload.formerPods.find((each) => !hasCondition(each, 'Ready'));
  if (object.kind !== 'StatefulSet' || !isOrdered || pod === undefined) return undefined;
  // otherwise it may as well wait for one of the new ones
  if (!workload.pods.every((each) => hasCondition(each, 'Ready'))) return undefined;
  const who = formatIdentity(workload.identity);
  const { name, namespace = 'default' } = pod.metadata;
  return signalOf('obstacle', `${who}: obstacle ${name}`, {
    fault: 'platform',
    object: workload.identity,
    pod: name,
    reason: 'BlockedByFormerPod',
    sentence: `${who} does not go on: it waits for pod ${name} of the revision before, which is not ready`,
    fix: `If that pod cannot get well, delete it: kubectl -n ${namespace} delete pod ${name}`,
  });
}

function describeAbsence({ workload, wasThere }: WorkloadSubject): Signal {
  const who = formatIdentity(workload.identity);
  return signalOf('absent', `${who}: absent`, {
    fault: 'platform',
    object: workload.identity,
    reason: 'NotFound',
    sentence: wasThere ? `${who} was deleted by somebody else` : `${who} is not there`,
    fix: 'Find out who deletes it, then deploy again.',
  });
}

/** What changes when a rollout gets a step further. */
export function progressOf({ object }: WorkloadView): string {
  const fields = [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'availableReplicas',
    'readyReplicas',
    'updatedNumberScheduled',
    'numberAvailable',
    'succeeded',
  ];
  return fields.map((field) => numberAt(object, 'status', field) ?? 0).join(' ');
}
