import { formatIdentity, textAt, type KubernetesObject } from '../manifest/index.js';
import { conditionOf } from './conditions.js';
import { describeClaim, findUnboundClaim } from './detect-claim.js';
import { signalOf, type Signal } from './finding.js';
import { describeMissing, missingClass, readMissingObject } from './missing-object.js';
import type { SecretMakers } from './secret-makers.js';
import type { EventView, WorkloadView } from './snapshot.js';
import { describeContainer, whereOf, type ContainerSubject } from './subject.js';
import { capitalize, shorten } from './text.js';

interface PodSubject {
  readonly workload: WorkloadView;
  readonly pod: KubernetesObject;
  /** Fresh events about the pod, newest first. */
  readonly events: readonly EventView[];
  /** Fresh events about another object, by its title. */
  readonly eventsAbout: (title: string) => readonly EventView[];
  readonly makers: SecretMakers;
}

/** No node for a pod: nodes may be added, but no node ever gets a label by itself. */
export function detectUnschedulable(subject: PodSubject): Signal | undefined {
  const { workload, pod, makers } = subject;
  const condition = conditionOf(pod, 'PodScheduled');
  if (condition?.['status'] !== 'False' || condition['reason'] !== 'Unschedulable')
    return undefined;
  const message = textAt(condition, 'message') ?? 'no node fits';
  const who = formatIdentity(workload.identity);
  const where = { object: workload.identity, pod: pod.metadata.name, reason: 'Unschedulable' };
  const missing = readMissingObject(message, pod.metadata.namespace ?? 'default');
  if (missing !== undefined) {
    const { sentence, fix } = describeMissing(`Pods of ${who} need`, missing, makers);
    const about = { fault: 'candidate', sentence, fix, ...where } as const;
    return signalOf('volume-missing', `${who}: unschedulable`, about);
  }
  const claim = findUnboundClaim(message, pod, subject.eventsAbout);
  if (claim !== undefined) return describeClaim(`Pods of ${who} wait for`, claim, where);
  return detectNoNode(subject, message, where);
}

type Where = Pick<Signal['finding'], 'object' | 'pod' | 'reason'>;

function detectNoNode(
  { workload, events }: PodSubject,
  message: string,
  where: Where,
): Signal | undefined {
  const cause = message.replace(/\.? (?:no new claims to deallocate|preemption:).*$/s, '');
  const isByRules =
    /didn't match|untolerated taint|didn't satisfy/.test(cause) &&
    !/Insufficient|Too many pods|node\.kubernetes\.io\/|node\.cloudprovider\.kubernetes\.io\//.test(
      cause,
    );
  const hasNews = (reason: string): boolean => events.some((event) => event.reason === reason);
  const isScaling = hasNews('TriggeredScaleUp') || hasNews('Nominated');
  const isHopeless = (hasNews('NotTriggerScaleUp') || isByRules) && !isScaling;
  const who = formatIdentity(workload.identity);
  return signalOf(
    isHopeless ? 'unschedulable-for-good' : 'unschedulable',
    `${who}: unschedulable`,
    {
      fault: isByRules ? 'candidate' : 'platform',
      sentence: `Pods of ${who} find no node: ${shorten(cause)}`,
      fix: isByRules
        ? 'Correct nodeSelector, affinity and tolerations, or label a node.'
        : 'Add nodes, free some, or lower resources.requests.',
      ...where,
    },
  );
}

const preparing: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** A pod that has a node, but no volume or no network yet. */
export function detectPreparation(
  { workload, pod, events, makers }: PodSubject,
  waiting: readonly string[],
): Signal | undefined {
  if (!waiting.some((reason) => preparing.has(reason))) return undefined;
  const event = events.find(({ reason }) =>
    ['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'].includes(reason),
  );
  if (event === undefined) return undefined;
  const who = formatIdentity(workload.identity);
  const { reason } = event;
  const where = { object: workload.identity, pod: pod.metadata.name, reason };
  const missing = readMissingObject(event.message, pod.metadata.namespace ?? 'default');
  if (missing !== undefined) {
    const { isMade, sentence, fix } = describeMissing(`Pods of ${who} need`, missing, makers);
    const about = { fault: 'candidate', sentence, fix, ...where } as const;
    return signalOf(missingClass(isMade, 'volume-missing'), `${who}: ${missing.what}`, about);
  }
  const what = reason === 'FailedCreatePodSandBox' ? 'get no sandbox' : 'cannot mount a volume';
  return signalOf('pod-unprepared', `${who}: ${reason}`, {
    fault: 'platform',
    sentence: `Pods of ${who} ${what}: ${shorten(event.message)}`,
    fix: 'Check the node and its storage and network plugins; the kubelet goes on trying.',
    ...where,
  });
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
  const { probes } = container;
  const signal = signalOf('unready', `${describeContainer(subject)}: unready`, {
    fault: 'candidate',
    reason: 'NotReady',
    sentence: `${capitalize(describeContainer(subject))} runs but is not ready${describeProbe(subject, told)}`,
    fix: 'Check path and port of the readiness probe, and what the program waits for.',
    ...whereOf(subject),
  });
  const windowMs = (probes.startup?.windowMs ?? 0) + (probes.readiness?.windowMs ?? 0);
  return { ...signal, earlyMs: windowMs };
}

/** `: its readiness probe GET :8080/healthz failed: HTTP probe failed with statuscode: 404` */
function describeProbe(
  { container: { probes } }: ContainerSubject,
  told: EventView | undefined,
): string {
  const found =
    /^(?<name>Readiness|Liveness|Startup) probe (?:failed|errored)[^:]*: (?<said>.*)$/s.exec(
      told?.message ?? '',
    )?.groups;
  const name = found?.['name']?.toLowerCase() ?? '';
  if (name !== 'readiness' && name !== 'liveness' && name !== 'startup') return '';
  const asks = probes[name] === undefined ? '' : ` ${probes[name].asks}`;
  return `: its ${name} probe${asks} fails: ${shorten(found?.['said'] ?? '', 160)}`;
}
