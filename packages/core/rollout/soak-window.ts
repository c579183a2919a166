import { formatIdentity, identify, textAt, type KubernetesObject } from '../manifest/index.js';
import { readContainers, type ContainerView } from './containers.js';
import { createdAt, readWorkloads, type Snapshot, type WorkloadView } from './snapshot.js';
import { conditionOf } from './workload-status.js';

/** A span of time, in milliseconds since the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * What went wrong with workloads in a span of time that is over, as far as they still tell: a container that
 * restarted, a pod or a Deployment that was not ready, a workload that is gone. A restart whose time nobody can
 * tell any more counts. What went wrong later does not.
 *
 * @returns a sentence; undefined when nothing did
 * @example findSoakTrouble(snapshot, window) // 'Container web of web-1 restarted at 2026-11-28T10:05:00Z'
 */
export function findSoakTrouble(snapshot: Snapshot, window: TimeWindow): string | undefined {
  return readWorkloads(snapshot)
    .map((view) => findTrouble(view, window))
    .find((trouble) => trouble !== undefined);
}

function findTrouble({ identity, object, pods }: WorkloadView, window: TimeWindow) {
  const name = formatIdentity(identity);
  if (object === undefined) return `${name} was deleted`;
  const inPods = pods.map((pod) => findPodTrouble(pod, window));
  const trouble = inPods.find((sentence) => sentence !== undefined);
  if (trouble !== undefined) return trouble;
  const available = changedIn(object, 'Available', window);
  return available === undefined ? undefined : `${name} was not available ${available}`;
}

function findPodTrouble(pod: KubernetesObject, window: TimeWindow): string | undefined {
  const restarted = readContainers(pod).find((container) => hasRestarted(container, window));
  if (restarted !== undefined) {
    const at = restarted.last?.finishedMs;
    const when = at === undefined ? 'at a time that nobody can tell' : `at ${formatTime(at)}`;
    return `Container ${restarted.name} of ${pod.metadata.name} restarted ${when}`;
  }
  // A pod that is new becomes ready for the first time: that is no loss.
  const isReady = textAt(conditionOf(pod, 'Ready') ?? {}, 'status') === 'True';
  if (isReady && createdAt(pod) > window.fromMs) return undefined;
  const ready = changedIn(pod, 'Ready', window);
  return ready === undefined
    ? undefined
    : `${formatIdentity(identify(pod))} was not ready ${ready}`;
}

function hasRestarted({ role, restartCount, last }: ContainerView, window: TimeWindow): boolean {
  if (restartCount === 0 || role === 'init container') return false;
  if (last?.finishedMs === undefined) return true;
  if (last.finishedMs <= window.fromMs) return false;
  return last.finishedMs <= window.untilMs || restartCount > 1;
}

/** A condition that changed in the window: to True, so that it was not before, or away from it. */
function changedIn(
  object: KubernetesObject,
  type: string,
  { fromMs, untilMs }: TimeWindow,
): string | undefined {
  const condition = conditionOf(object, type);
  if (condition === undefined) return undefined;
  const at = Date.parse(textAt(condition, 'lastTransitionTime') ?? '');
  if (!(at > fromMs && at <= untilMs)) return undefined;
  const word = textAt(condition, 'status') === 'True' ? 'until' : 'from';
  return `${word} ${formatTime(at)}`;
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
