import { hasField } from './field-set.js';
import { isRecord, numberAt, recordAt, textAt } from './fields.js';
import { formatIdentity, type KubernetesObject } from './kubernetes-object.js';
import { readFieldManagers } from './managed-fields.js';
import { groupOf } from './parse-manifests.js';

/** By group: what sets the replicas of something else. */
const autoscalers: ReadonlyMap<string, string> = new Map([
  ['autoscaling', 'HorizontalPodAutoscaler'],
  ['keda.sh', 'ScaledObject'],
]);

const unscalable: ReadonlySet<string> = new Set(['DaemonSet', 'Job', 'CronJob', 'Pod']);

export function isAutoscaler(object: {
  readonly apiVersion: string;
  readonly kind: string;
}): boolean {
  return autoscalers.get(groupOf(object)) === object.kind;
}

/** Whether something could set its replicas. */
export function isScalable(object: KubernetesObject): boolean {
  if (unscalable.has(object.kind)) return false;
  const fields = [recordAt(object, 'spec', 'template'), numberAt(object, 'spec', 'replicas')];
  return fields.some((field) => field !== undefined);
}

/**
 * The workloads whose replicas an autoscaler sets, as `formatIdentity` writes them.
 *
 * @example readScaleTargets([autoscaler]) // ['Deployment shop/catalog']
 */
export function readScaleTargets(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.filter(isAutoscaler).flatMap(({ spec, metadata: { namespace } }) => {
    const kind = textAt(spec, 'scaleTargetRef', 'kind') ?? 'Deployment';
    const name = textAt(spec, 'scaleTargetRef', 'name');
    if (name === undefined) return [];
    return [
      formatIdentity({
        apiVersion: '',
        kind,
        name,
        ...(namespace === undefined ? {} : { namespace }),
      }),
    ];
  });
}

/**
 * What to apply of a workload that an autoscaler scales: replicas that are ours so far stay as they are, because
 * a field that is left out by its owner falls back to its default, which is 1; others’ are not asked for.
 *
 * @param live undefined where it is not there yet: then the manifest says how many there are at first
 * @example keepReplicas(deployment, live, 'slipway') // the Deployment with the live replicas, or with none
 */
export function keepReplicas(
  object: KubernetesObject,
  live: KubernetesObject | undefined,
  manager: string,
): KubernetesObject {
  if (live === undefined) return object;
  const replicas = numberAt(live, 'spec', 'replicas');
  const isOwn = readFieldManagers(live).some(
    ({ name, operation, fields }) =>
      name === manager && operation === 'Apply' && hasField(fields, ['f:spec', 'f:replicas']),
  );
  return isOwn && replicas !== undefined
    ? { ...object, spec: { ...recordAt(object, 'spec'), replicas } }
    : withoutReplicas(object);
}

/** What is not asked for stays with whom it belongs to. */
export function withoutReplicas(object: KubernetesObject): KubernetesObject {
  const { spec } = object;
  if (!isRecord(spec)) return object;
  return {
    ...object,
    spec: Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'replicas')),
  };
}
