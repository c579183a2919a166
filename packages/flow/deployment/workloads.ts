import { identify, type KubernetesObject, type ObjectIdentity } from '@slipway/core/manifest';

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod'];

/** The objects that run pods: what a rollout waits for. CronJobs run later. */
export function listWorkloads(objects: readonly KubernetesObject[]): readonly ObjectIdentity[] {
  return objects.filter(({ kind }) => workloadKinds.includes(kind)).map(identify);
}
