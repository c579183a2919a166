import type { KubernetesObject } from '../manifest/index.js';
import type { ContainerView } from './containers.js';
import { createdAt, type EventView } from './snapshot.js';

/** A run that was ready for so long was a good one: what came before it no longer counts. */
const goodRunMs = 10_000;
/** Without a readiness probe a container is ready as soon as it runs, which proves nothing yet. */
const steadyMs = 5_000;
/** How much the cluster's clock may be behind ours. */
const skewMs = 2_000;

/** What is remembered of a container over its restarts. */
export interface ContainerMark {
  readonly restartCount: number;
  /** Restarts before the last good run. */
  readonly forgiven: number;
  readonly readySinceMs: number | undefined;
  readonly hasReadinessProbe: boolean;
  /** First start since the last good run, by the cluster's clock. */
  readonly firstStartMs: number | undefined;
  readonly pullAttempts: number;
  readonly isPullFailing: boolean;
}

export function containerKey(pod: KubernetesObject, container: ContainerView): string {
  return `${pod.metadata.uid ?? pod.metadata.name}/${container.name}`;
}

export function markContainer(
  before: ContainerMark | undefined,
  pod: KubernetesObject,
  container: ContainerView,
  { atMs, sinceMs }: { readonly atMs: number; readonly sinceMs: number },
): ContainerMark {
  const { restartCount, isReady, hasReadinessProbe, state } = container;
  const isOlder = createdAt(pod) < sinceMs - skewMs;
  const wasReadyMs = before?.readySinceMs;
  const hadGoodRun = wasReadyMs !== undefined && atMs - wasReadyMs >= goodRunMs;
  const forgiven = hadGoodRun ? before?.restartCount : before?.forgiven;
  const isSameRun = before?.restartCount === restartCount;
  const isPullFailing = state.kind === 'waiting' && state.reason === 'ErrImagePull';
  const isNewAttempt = isPullFailing && before?.isPullFailing !== true;
  const earlier = hadGoodRun ? undefined : before?.firstStartMs;
  return {
    restartCount,
    forgiven: forgiven ?? (isReady && isOlder ? restartCount : 0),
    readySinceMs: !isReady
      ? undefined
      : isSameRun && wasReadyMs !== undefined
        ? wasReadyMs
        : before === undefined && isOlder
          ? Number.NEGATIVE_INFINITY
          : atMs,
    hasReadinessProbe,
    firstStartMs: earlier ?? findStart(container),
    pullAttempts: (before?.pullAttempts ?? 0) + (isNewAttempt ? 1 : 0),
    isPullFailing,
  };
}

function findStart({ last, state }: ContainerView): number | undefined {
  const current =
    state.kind === 'running'
      ? state.startedMs
      : state.kind === 'terminated'
        ? state.end.startedMs
        : undefined;
  return last?.startedMs ?? current;
}

/**
 * False while a container without a readiness probe is only ready because it was started just now, and while
 * it is not ready: the status of its workload follows the pod’s with a delay, and may still call it available.
 */
export function isSteady(mark: ContainerMark, atMs: number): boolean {
  if (mark.hasReadinessProbe) return true;
  return mark.readySinceMs !== undefined && atMs - mark.readySinceMs >= steadyMs;
}

/** Whether an event belongs to this rollout: it happened since, or again while we looked. */
export interface EventMark {
  readonly signature: string;
  readonly isFresh: boolean;
}

export function markEvent(
  before: EventMark | undefined,
  event: EventView,
  { isFirst, sinceMs }: { readonly isFirst: boolean; readonly sinceMs: number },
): EventMark {
  const signature = `${event.count} ${event.lastMs}`;
  const hasHappened = !isFirst && before?.signature !== signature;
  const isFresh = before?.isFresh === true || hasHappened || event.lastMs >= sinceMs - skewMs;
  return { signature, isFresh };
}
