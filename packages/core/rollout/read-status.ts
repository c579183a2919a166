import type { KubernetesObject } from '../manifest/index.js';
import { hasCompleted } from './completion.js';
import { readContainers } from './containers.js';
import { isWaitingForPod } from './detect-claim.js';
import { containerKey, isSteady, type ContainerMark } from './marks.js';
import { computeRollout } from './rollout-status.js';
import type { EventView, WorkloadView } from './snapshot.js';
import { available, inProgress, type RolloutStatus } from './status.js';

/** What the state of a workload is read with, beyond what it says itself. */
export interface StatusContext {
  readonly atMs: number;
  readonly wasThere: boolean;
  readonly containers: ReadonlyMap<string, ContainerMark>;
  /** All pods there are. */
  readonly pods: readonly KubernetesObject[];
  /** All events about an object, by its title. */
  readonly eventsAbout: (title: string) => readonly EventView[];
  /** Those of this rollout. */
  readonly freshAbout: (title: string) => readonly EventView[];
  readonly title: string;
}

/** The state of a workload: what it says of itself, where what is known besides does not belie it. */
export function readStatus(workload: WorkloadView, context: StatusContext): RolloutStatus {
  const { object, identity } = workload;
  if (object === undefined) {
    if (hasCompleted(identity, context.freshAbout(context.title))) {
      return available('it completed, and removed itself');
    }
    return context.wasThere
      ? inProgress('Deleted', 'it was deleted')
      : inProgress('NotFound', 'it is not there');
  }
  const status = computeRollout(object);
  if (identity.kind === 'PersistentVolumeClaim' && status.state === 'in-progress') {
    const events = context.eventsAbout(context.title);
    return isWaitingForPod(object, events, context.pods)
      ? available('bound once a pod has it')
      : status;
  }
  if (status.state !== 'available' || identity.kind === 'Job') return status;
  return isProven(workload, context)
    ? status
    : inProgress(
        'Unproven',
        `${status.message}, but without a readiness probe: seeing whether they stay`,
      );
}

function isProven({ pods }: WorkloadView, { containers, atMs }: StatusContext): boolean {
  const marks = pods.flatMap((pod) =>
    readContainers(pod)
      .filter(({ role }) => role === 'container')
      .map((container) => containers.get(containerKey(pod, container))),
  );
  return marks.every((mark) => mark === undefined || isSteady(mark, atMs));
}
