import { identify, type KubernetesObject, type ObjectIdentity } from '@slipway/core/manifest';
import { waitOf } from '@slipway/core/rollout';

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Pod'];

/** The objects that run pods. CronJobs run later. */
export function listWorkloads(objects: readonly KubernetesObject[]): readonly ObjectIdentity[] {
  return objects.filter(({ kind }) => workloadKinds.includes(kind)).map(identify);
}

/**
 * What a rollout waits for: everything that has a state of its own. Where a controller may be missing it is
 * waited for only when this deployment changed it.
 *
 * @param isChanged whether the apply made or changed an object
 */
export function listAwaited(
  objects: readonly KubernetesObject[],
  isChanged: (identity: ObjectIdentity) => boolean,
): readonly ObjectIdentity[] {
  return objects.map(identify).filter((identity) => {
    const wait = waitOf(identity);
    return wait === 'deadline' || (wait === 'briefly' && isChanged(identity));
  });
}

/**
 * What a rollback applies: a Job of an older bundle has run when that bundle was new, and may have been
 * cleaned away since; applied again it would run again.
 */
export function withoutMigrations(
  objects: readonly KubernetesObject[],
): readonly KubernetesObject[] {
  return objects.filter(({ kind }) => kind !== 'Job');
}
