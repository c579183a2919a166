import type { KubernetesObject } from './kubernetes-object.js';
import { groupOf } from './parse-manifests.js';
import { podSpecOf } from './pod-template.js';

/** The steps of an apply, in order: each needs what the ones before it made. */
export const phaseNames = [
  'namespaces and CRDs',
  'configuration',
  'bindings',
  'services',
  'migrations',
  'workloads',
  'routes and autoscalers',
  'webhooks',
  'after-available',
  'smoke-test',
] as const;

export type PhaseName = (typeof phaseNames)[number];

export interface Phase {
  readonly name: PhaseName;
  readonly objects: readonly KubernetesObject[];
}

/** Marks a Job that changes data; its value is the migration's class (`expand`, `contract`, …). */
export const migrationAnnotation = 'slipway.dev/migration';

/**
 * Says when a Job runs: `migrations` before the workloads, `after-available` once they are available,
 * `smoke-test` when the release is verified. Each is waited for.
 */
export const phaseAnnotation = 'slipway.dev/phase';

/** What the annotation may say. */
export const jobPhases = [
  'migrations',
  'after-available',
  'smoke-test',
] as const satisfies readonly PhaseName[];

/** A whole number: Jobs of one phase run in its order, and those without it count as 0. */
export const orderAnnotation = 'slipway.dev/order';

const kindsOfPhase: readonly (readonly [PhaseName, string])[] = [
  ['namespaces and CRDs', 'Namespace CustomResourceDefinition'],
  // the API server looks at the role that is bound
  ['bindings', 'RoleBinding ClusterRoleBinding'],
  ['services', 'Service NetworkPolicy PodDisruptionBudget'],
  [
    'workloads',
    'Pod Deployment StatefulSet DaemonSet ReplicaSet ReplicationController Job CronJob',
  ],
  [
    'routes and autoscalers',
    'HorizontalPodAutoscaler VerticalPodAutoscaler ScaledObject Ingress Gateway HTTPRoute GRPCRoute TCPRoute TLSRoute UDPRoute',
  ],
  [
    'webhooks',
    'ValidatingWebhookConfiguration MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding APIService',
  ],
];

const phaseOfKind: ReadonlyMap<string, PhaseName> = new Map(
  kindsOfPhase.flatMap(([phase, kinds]) => kinds.split(' ').map((kind) => [kind, phase] as const)),
);

/** @example phaseOf(configMap) // 'configuration', as everything that no other phase claims */
export function phaseOf(object: KubernetesObject): PhaseName {
  const annotated = object.kind === 'Job' ? annotatedPhaseOf(object) : undefined;
  if (annotated !== undefined) return annotated;
  const known = phaseOfKind.get(object.kind);
  // a Knative Service is a workload, whatever its name
  if (known !== undefined && (object.kind !== 'Service' || groupOf(object) === '')) return known;
  return podSpecOf(object) === undefined ? 'configuration' : 'workloads';
}

/** The phase that is written goes before that of a migration's class. */
function annotatedPhaseOf({ metadata: { annotations } }: KubernetesObject): PhaseName | undefined {
  const written = jobPhases.find((phase) => phase === annotations?.[phaseAnnotation]);
  if (written !== undefined) return written;
  return annotations?.[migrationAnnotation] === undefined ? undefined : 'migrations';
}

/** The objects in the order in which they are applied; phases without objects are left out. */
export function phases(objects: readonly KubernetesObject[]): readonly Phase[] {
  return phaseNames
    .map((name) => ({ name, objects: objects.filter((object) => phaseOf(object) === name) }))
    .filter((phase) => phase.objects.length > 0);
}

/**
 * The objects in turns, each of which waits for the one before: all but Jobs with an order come with the first.
 *
 * @example splitTurns([service, first, second]) // [[service, first], [second]]
 */
export function splitTurns(
  objects: readonly KubernetesObject[],
): readonly (readonly KubernetesObject[])[] {
  const orders = objects.filter(({ kind }) => kind === 'Job').map(orderOf);
  const [earliest = 0] = orders.toSorted((a, b) => a - b);
  const turns = Map.groupBy(objects, (object) =>
    object.kind === 'Job' ? orderOf(object) : earliest,
  );
  return [...turns].toSorted(([a], [b]) => a - b).map(([, turn]) => turn);
}

function orderOf({ metadata: { annotations } }: KubernetesObject): number {
  return Number.parseInt(annotations?.[orderAnnotation] ?? '', 10) || 0;
}
