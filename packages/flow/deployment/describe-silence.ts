import type { SlipwayError } from '@slipway/core/errors';
import {
  readContainers,
  readWorkloads,
  type ContainerView,
  type Finding,
  type Snapshot,
} from '@slipway/core/rollout';

/**
 * A failure that no object tells of: what a container says that is not well, or else the first of all, may be why.
 *
 * @param reason for machines: `SmokeTestFailed`
 * @returns undefined where there is no pod
 */
export function describeSilence(
  snapshot: Snapshot,
  failure: SlipwayError,
  reason: string,
): Finding | undefined {
  const all = readWorkloads(snapshot).flatMap(({ identity, pods }) =>
    pods.flatMap((pod) =>
      readContainers(pod)
        .filter(({ role }) => role === 'container')
        .map((container) => ({ identity, pod, container })),
    ),
  );
  const suspect = all.find(({ container }) => isUnwell(container)) ?? all[0];
  if (suspect === undefined) return undefined;
  const { identity, pod, container } = suspect;
  return {
    severity: 'terminal',
    fault: 'candidate',
    code: failure.code,
    object: identity,
    pod: pod.metadata.name,
    container: container.name,
    image: container.image,
    reason,
    sentence: failure.message,
    fix: failure.fix ?? '',
  };
}

function isUnwell({ isReady, restartCount }: ContainerView): boolean {
  return !isReady || restartCount > 0;
}
