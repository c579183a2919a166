import { recordsAt, textAt, type KubernetesObject } from '@slipway/core/manifest';
import { readContainers } from '@slipway/core/rollout';
import type { VisibleSignal } from './row.js';

const pods = { apiVersion: 'v1', kind: 'Pod' };

/** A container that waits for one of these reasons. */
export function waitsFor(...reasons: readonly string[]): VisibleSignal {
  return {
    type: pods,
    shows: (pod) =>
      readContainers(pod).some(
        ({ state }) => state.kind === 'waiting' && reasons.includes(state.reason),
      ),
  };
}

/** A container that was restarted so often. */
export function isRestarted(times: number): VisibleSignal {
  return {
    type: pods,
    shows: (pod) => readContainers(pod).some(({ restartCount }) => restartCount >= times),
  };
}

function hasCondition(object: KubernetesObject, type: string, status: string): boolean {
  return recordsAt(object, 'status', 'conditions').some(
    (each) => each['type'] === type && each['status'] === status,
  );
}

export const isUnscheduled: VisibleSignal = {
  type: pods,
  shows: (pod) => hasCondition(pod, 'PodScheduled', 'False'),
};

/** An event of a reason. */
export function isTold(reason: string): VisibleSignal {
  return {
    type: { apiVersion: 'v1', kind: 'Event' },
    shows: (event) => textAt(event, 'reason') === reason,
  };
}

/** A condition of an object of a kind. */
export function says(
  apiVersion: string,
  kind: string,
  type: string,
  status = 'True',
): VisibleSignal {
  return {
    type: { apiVersion, kind },
    shows: (object) => hasCondition(object, type, status),
  };
}
