import { identify, type KubernetesObject, type ObjectIdentity } from '@slipway/core/manifest';

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod'];

/** The objects that run pods: what a rollout waits for. CronJobs run later. */
export function listWorkloads(objects: readonly KubernetesObject[]): readonly ObjectIdentity[] {
  return objects.filter(({ kind }) => workloadKinds.includes(kind)).map(identify);
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
