import { formatIdentity, identify, textAt, type KubernetesObject } from '../manifest/index.js';
import { conditionOf } from './conditions.js';
import { readContainers } from './containers.js';
import { createdAt, readWorkloads, type Snapshot, type WorkloadView } from './snapshot.js';

/** The part of a soak in which nothing may go wrong, in milliseconds since the epoch. */
export interface SoakWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  /** When it is looked at. */
  readonly nowMs: number;
  /** What began so shortly before the end may still be starting. */
  readonly graceMs: number;
}

/** What went wrong in a soak. */
export interface SoakTrouble {
  /** It was the release, and within the soak. Otherwise nobody can tell, and nothing is proven. */
  readonly isCertain: boolean;
  readonly sentence: string;
}

/**
 * What went wrong with workloads in a soak, as far as they still tell. Certain is a container that restarted, and
 * a pod that was there before and was not ready. Uncertain is what may have happened at another time (a restart
 * whose time nobody can tell any more), and what others do to a release: pods that a drained node or an
 * autoscaler replaced or added, a workload that somebody deleted. What went wrong later does not count.
 *
 * @returns the first that is certain, else the first; undefined when nothing did
 * @example findSoakTrouble(snapshot, window) // { isCertain: true, sentence: 'Container web of web-1 restarted at 2026-11-28T10:05:00Z' }
 */
export function findSoakTrouble(snapshot: Snapshot, window: SoakWindow): SoakTrouble | undefined {
  const troubles = readWorkloads(snapshot).flatMap((view) => findTroubles(view, window));
  return troubles.find(({ isCertain }) => isCertain) ?? troubles[0];
}

function findTroubles(
  { identity, object, pods }: WorkloadView,
  window: SoakWindow,
): readonly SoakTrouble[] {
  const name = formatIdentity(identity);
  if (object === undefined) return [uncertain(`${name} was deleted`)];
  const inPods = pods.flatMap((pod) => [...findRestarts(pod, window), ...findLoss(pod, window)]);
  const available = changedIn(object, 'Available', window);
  const isBackAgain = isTrue(object, 'Available') && pods.some((pod) => isSteady(pod, window));
  if (available === undefined || isBackAgain) return inPods;
  return [...inPods, uncertain(`${name} was not available ${available}`)];
}

/** Ready from before the window on: whatever was added or replaced beside it, the service was there. */
function isSteady(pod: KubernetesObject, window: SoakWindow): boolean {
  return (
    !isNew(pod, window) && isTrue(pod, 'Ready') && changedIn(pod, 'Ready', window) === undefined
  );
}

function findRestarts(pod: KubernetesObject, window: SoakWindow): readonly SoakTrouble[] {
  return readContainers(pod).flatMap(({ role, name, restartCount, last }): SoakTrouble[] => {
    if (restartCount === 0 || role === 'init container') return [];
    const who = `Container ${name} of ${pod.metadata.name} restarted`;
    const at = last?.finishedMs;
    if (at === undefined) return [uncertain(`${who} at a time that nobody can tell`)];
    if (at <= window.fromMs) return [];
    if (at <= window.untilMs) return [certain(`${who} at ${formatTime(at)}`)];
    // of the last restart only the time is kept
    return restartCount === 1
      ? []
      : [uncertain(`${who} ${restartCount} times, the last time at ${formatTime(at)}`)];
  });
}

function findLoss(pod: KubernetesObject, window: SoakWindow): readonly SoakTrouble[] {
  const changed = changedIn(pod, 'Ready', window);
  if (changed === undefined) return [];
  const sentence = `${formatIdentity(identify(pod))} was not ready ${changed}`;
  if (!isNew(pod, window)) return [certain(sentence)];
  // A pod that is new becomes ready for the first time: that is no loss, and takes a while.
  const isStarting =
    window.nowMs < window.untilMs || createdAt(pod) > window.untilMs - window.graceMs;
  return isTrue(pod, 'Ready') || isStarting ? [] : [uncertain(sentence)];
}

function isNew(pod: KubernetesObject, { fromMs }: SoakWindow): boolean {
  return createdAt(pod) > fromMs;
}

function isTrue(object: KubernetesObject, type: string): boolean {
  return textAt(conditionOf(object, type) ?? {}, 'status') === 'True';
}

function certain(sentence: string): SoakTrouble {
  return { isCertain: true, sentence };
}

function uncertain(sentence: string): SoakTrouble {
  return { isCertain: false, sentence };
}

/** A condition that changed in the window: to True, so that it was not before, or away from it. */
function changedIn(
  object: KubernetesObject,
  type: string,
  { fromMs, untilMs }: SoakWindow,
): string | undefined {
  const at = Date.parse(textAt(conditionOf(object, type) ?? {}, 'lastTransitionTime') ?? '');
  if (!(at > fromMs && at <= untilMs)) return undefined;
  return `${isTrue(object, type) ? 'until' : 'from'} ${formatTime(at)}`;
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
