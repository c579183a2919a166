import type { KubernetesObject } from './kubernetes-object.js';
import { groupOf } from './parse-manifests.js';
import { podSpecOf } from './pod-template.js';

/** The steps of an apply, in order: each needs what the ones before it made. */
export const phaseNames = [
  'namespaces and CRDs',
  'configuration',
  'services',
  'migrations',
  'workloads',
  'routes and autoscalers',
  'webhooks',
] as const;

export type PhaseName = (typeof phaseNames)[number];

export interface Phase {
  readonly name: PhaseName;
  readonly objects: readonly KubernetesObject[];
}

/** Marks a Job that changes data; its value is the migration's class (`expand`, `contract`, …). */
export const migrationAnnotation = 'slipway.dev/migration';

const kindsOfPhase: readonly (readonly [PhaseName, string])[] = [
  ['namespaces and CRDs', 'Namespace CustomResourceDefinition'],
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
  if (object.kind === 'Job' && object.metadata.annotations?.[migrationAnnotation] !== undefined) {
    return 'migrations';
  }
  const known = phaseOfKind.get(object.kind);
  // a Knative Service is a workload, whatever its name
  if (known !== undefined && (object.kind !== 'Service' || groupOf(object) === '')) return known;
  return podSpecOf(object) === undefined ? 'configuration' : 'workloads';
}

/** The objects in the order in which they are applied; phases without objects are left out. */
export function phases(objects: readonly KubernetesObject[]): readonly Phase[] {
  return phaseNames
    .map((name) => ({ name, objects: objects.filter((object) => phaseOf(object) === name) }))
    .filter((phase) => phase.objects.length > 0);
}
