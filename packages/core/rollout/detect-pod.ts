import { formatIdentity, textAt, type KubernetesObject } from '../manifest/index.js';
import { seconds, type Patience, type Signal } from './finding.js';
import { missingObjectFix, readMissingObject } from './detect-start.js';
import type { EventView, WorkloadView } from './snapshot.js';
import {
  capitalize,
  describeContainer,
  shorten,
  whereOf,
  type ContainerSubject,
} from './subject.js';
import { conditionOf } from './workload-status.js';

interface PodSubject {
  readonly workload: WorkloadView;
  readonly pod: KubernetesObject;
  /** Fresh events about the pod, newest first. */
  readonly events: readonly EventView[];
}

/** No node for a pod: nodes may be added, but no node ever gets a label by itself. */
export function detectUnschedulable({ workload, pod, events }: PodSubject): Signal | undefined {
  const condition = conditionOf(pod, 'PodScheduled');
  if (condition?.['status'] !== 'False' || condition['reason'] !== 'Unschedulable')
    return undefined;
  const message = textAt(condition, 'message') ?? 'no node fits';
  const cause = message.replace(/\.? (?:no new claims to deallocate|preemption:).*$/s, '');
  const missing = readMissingObject(message, pod.metadata.namespace ?? 'default');
  const isByRules =
    /didn't match|untolerated taint|didn't satisfy/.test(cause) &&
    !/Insufficient|Too many pods|node\.kubernetes\.io\/|node\.cloudprovider\.kubernetes\.io\//.test(
      cause,
    );
  const hasNews = (reason: string): boolean => events.some((event) => event.reason === reason);
  const isScaling = hasNews('TriggeredScaleUp') || hasNews('Nominated');
  const isHopeless = hasNews('NotTriggerScaleUp') || isByRules;
  return {
    key: `${formatIdentity(workload.identity)}: unschedulable`,
    finding: {
      code: missing === undefined ? 'unschedulable' : 'config-missing',
      fault: missing !== undefined || isByRules ? 'candidate' : 'platform',
      object: workload.identity,
      pod: pod.metadata.name,
      reason: 'Unschedulable',
      sentence:
        missing === undefined
          ? `Pods of ${formatIdentity(workload.identity)} find no node: ${shorten(cause)}`
          : `Pods of ${formatIdentity(workload.identity)} need ${missing}, which does not exist`,
      fix:
        missing !== undefined
          ? missingObjectFix
          : isByRules
            ? 'Correct nodeSelector, affinity and tolerations, or label a node.'
            : 'Add nodes, free some, or lower resources.requests.',
    },
    patience: chooseUnschedulablePatience({
      isMissing: missing !== undefined,
      isScaling,
      isHopeless,
    }),
  };
}

function chooseUnschedulablePatience(what: {
  readonly isMissing: boolean;
  readonly isScaling: boolean;
  readonly isHopeless: boolean;
}): Patience {
  if (what.isMissing) return { afterMs: 30 * seconds };
  return what.isHopeless && !what.isScaling ? { afterMs: 60 * seconds } : {};
}

const preparing: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** A pod that has a node, but no volume or no network yet. */
export function detectPreparation(
  { workload, pod, events }: PodSubject,
  waiting: readonly string[],
): Signal | undefined {
  if (!waiting.some((reason) => preparing.has(reason))) return undefined;
  const event = events.find(({ reason }) =>
    ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'].includes(reason),
  );
  if (event === undefined) return undefined;
  const missing = readMissingObject(event.message, pod.metadata.namespace ?? 'default');
  const who = formatIdentity(workload.identity);
  const isSandbox = event.reason === 'FailedCreatePodSandBox';
  const what = isSandbox ? 'get no sandbox' : 'cannot mount a volume';
  return {
    key: `${who}: ${missing ?? event.reason}`,
    finding: {
      object: workload.identity,
      pod: pod.metadata.name,
      reason: event.reason,
      ...(missing === undefined
        ? {
            code: 'container-cannot-start' as const,
            fault: 'platform' as const,
            sentence: `Pods of ${who} ${what}: ${shorten(event.message)}`,
            fix: 'Check the node and its storage and network plugins; the kubelet goes on trying.',
          }
        : {
            code: 'config-missing' as const,
            fault: 'candidate' as const,
            sentence: `Pods of ${who} need ${missing}, which does not exist`,
            fix: missingObjectFix,
          }),
    },
    patience: missing === undefined ? {} : { afterMs: 30 * seconds },
  };
}

/** A container that runs and is not ready: slow or sick, nobody can tell before the deadline. */
export function detectUnready(subject: ContainerSubject): Signal | undefined {
  const { container, events, workload } = subject;
  if (container.state.kind !== 'running' || container.isReady) return undefined;
  if (container.role === 'init container' || workload.identity.kind === 'Job') return undefined;
  const told = events.find(
    ({ reason, about }) =>
      reason === 'Unhealthy' && about.fieldPath.endsWith(`{${container.name}}`),
  );
  const said = told === undefined ? '' : `: ${shorten(told.message, 200)}`;
  return {
    key: `${describeContainer(subject)}: unready`,
    finding: {
      code: 'deadline-exceeded',
      fault: 'candidate',
      reason: 'NotReady',
      sentence: `${capitalize(describeContainer(subject))} runs but is not ready${said}`,
      fix: 'Check path and port of the readiness probe, and what the program waits for.',
      ...whereOf(subject),
    },
    patience: {},
  };
}
