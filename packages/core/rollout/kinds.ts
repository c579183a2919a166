import type { KubernetesObject, ObjectIdentity } from '../manifest/index.js';
import {
  computeAddress,
  computeAutoscaler,
  computeClaim,
  computeDefinition,
  computeGateway,
  computeRoute,
  computeService,
} from './claims-and-routes.js';
import {
  computeDaemonSet,
  computeDeployment,
  computeJob,
  computePod,
  computeReplicaSet,
  computeStatefulSet,
} from './pod-controllers.js';
import { available, type RolloutStatus } from './status.js';

/**
 * How long an object is waited for. `deadline`: until the deployment's own deadline, and then it has failed.
 * `briefly`: its controller may not be there at all, so for a minute after everything else, and then only
 * told. `never`: it is there as soon as it is applied.
 */
export type Wait = 'deadline' | 'briefly' | 'never';

export interface KindRule {
  readonly group: string;
  readonly kind: string;
  readonly wait: Wait;
  /** What it is waited for; for people. */
  readonly until: string;
  /** Its controller always tells which generation it has seen. */
  readonly isObserving?: boolean;
  readonly compute: (object: KubernetesObject) => RolloutStatus;
}

const gateway = 'gateway.networking.k8s.io';
const routeUntil = 'every parent has accepted it and found its backends';

/** The kinds that have rules of their own; the table of `docs/rollout-status.md` is made of it. */
export const kindRules: readonly KindRule[] = [
  {
    group: 'apps',
    kind: 'Deployment',
    wait: 'deadline',
    until: 'all replicas are of the new revision and available, and no old one is left',
    isObserving: true,
    compute: computeDeployment,
  },
  {
    group: 'apps',
    kind: 'StatefulSet',
    wait: 'deadline',
    until:
      'all replicas are of the new revision and available; with a `partition` those from it on, with `OnDelete` whatever their revision',
    isObserving: true,
    compute: computeStatefulSet,
  },
  {
    group: 'apps',
    kind: 'DaemonSet',
    wait: 'deadline',
    until:
      'every node that should have a pod has a new one that is available; with `OnDelete` any one',
    isObserving: true,
    compute: computeDaemonSet,
  },
  {
    group: 'apps',
    kind: 'ReplicaSet',
    wait: 'deadline',
    until: 'all replicas are available',
    isObserving: true,
    compute: computeReplicaSet,
  },
  {
    group: 'batch',
    kind: 'Job',
    wait: 'deadline',
    until: 'it is complete',
    compute: computeJob,
  },
  {
    group: '',
    kind: 'Pod',
    wait: 'deadline',
    until: 'it is ready, or has succeeded',
    compute: computePod,
  },
  {
    group: '',
    kind: 'PersistentVolumeClaim',
    wait: 'deadline',
    until: 'it is bound, or waits for its first pod (`WaitForFirstConsumer`) and none has it',
    compute: computeClaim,
  },
  {
    group: '',
    kind: 'Service',
    wait: 'briefly',
    until: 'it has an address, if it is of type `LoadBalancer`; every other is there at once',
    compute: computeService,
  },
  {
    group: 'networking.k8s.io',
    kind: 'Ingress',
    wait: 'briefly',
    until: 'it has an address',
    compute: computeAddress,
  },
  ...['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind): KindRule => ({
    group: gateway,
    kind,
    wait: 'briefly',
    until: routeUntil,
    compute: computeRoute,
  })),
  {
    group: gateway,
    kind: 'Gateway',
    wait: 'briefly',
    until: 'it is programmed',
    compute: computeGateway,
  },
  {
    group: 'autoscaling',
    kind: 'HorizontalPodAutoscaler',
    wait: 'briefly',
    until: 'its target is found; that it has no metrics is only told',
    compute: computeAutoscaler,
  },
  {
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
    wait: 'never',
    until: 'it is established, which the apply waits for before it goes on',
    compute: computeDefinition,
  },
  {
    group: 'batch',
    kind: 'CronJob',
    wait: 'never',
    until: 'nothing: it runs later',
    compute: () => available('there'),
  },
];

const ruleByKind = new Map(kindRules.map((rule) => [`${rule.group}/${rule.kind}`, rule]));

/** Groups of Kubernetes itself: kinds of theirs without a rule have no state to wait for. */
const ownGroups: ReadonlySet<string> = new Set(
  [
    ['', 'apps', 'batch', 'autoscaling', 'policy', 'extensions'],
    [
      ...['admissionregistration', 'apiextensions', 'apiregistration', 'authentication'],
      ...['authorization', 'certificates', 'coordination', 'discovery', 'events'],
      ...['flowcontrol.apiserver', 'internal.apiserver', 'networking', 'node'],
      ...['rbac.authorization', 'resource', 'scheduling', 'storage', 'storagemigration'],
    ].map((name) => `${name}.k8s.io`),
  ].flat(),
);

function groupOf({ apiVersion }: Pick<ObjectIdentity, 'apiVersion'>): string {
  return apiVersion.includes('/') ? apiVersion.replace(/\/.*$/, '') : '';
}

export function ruleOf(object: Pick<ObjectIdentity, 'apiVersion' | 'kind'>): KindRule | undefined {
  return ruleByKind.get(`${groupOf(object)}/${object.kind}`);
}

/**
 * How long a rollout waits for an object of a kind: what has no rule is waited for by its conditions, if it is
 * a custom resource.
 *
 * @example waitOf({ apiVersion: 'cert-manager.io/v1', kind: 'Certificate' }) // 'deadline'
 */
export function waitOf(object: Pick<ObjectIdentity, 'apiVersion' | 'kind'>): Wait {
  return ruleOf(object)?.wait ?? (ownGroups.has(groupOf(object)) ? 'never' : 'deadline');
}
