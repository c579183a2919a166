import type { KubernetesObject } from '@slipway/core/manifest';

/** The apply of every scene; times are seconds after it. */
export const appliedAt = new Date('2026-01-01T12:00:00Z');

export function stamp(seconds: number): string {
  return new Date(appliedAt.getTime() + seconds * 1000).toISOString().replace('.000', '');
}

type Revision = 'old' | 'new';

const image = 'r.io/catalog:2';

interface Template {
  readonly metadata: { readonly labels: object };
  readonly spec: object;
}

function templateOf(revision: Revision): Template {
  const labels = { app: 'catalog' };
  const spec = {
    containers: [{ name: 'catalog', image: revision === 'new' ? image : 'r.io/old:1' }],
  };
  return { metadata: { labels }, spec };
}

export interface DeploymentScene {
  readonly generation?: number;
  readonly observed?: number;
  readonly replicas?: number;
  readonly updated?: number;
  readonly total?: number;
  readonly available?: number;
  readonly conditions?: readonly object[];
  readonly spec?: object;
}

/** Deployment shop/catalog in the middle of a rollout: 1 of 3 replicas updated, all the old ones there. */
export function deployment(scene: DeploymentScene = {}): KubernetesObject {
  const { generation = 2, observed = 2, replicas = 3, updated = 1, total = 4 } = scene;
  const { available = 3, conditions = [] } = scene;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'catalog', namespace: 'shop', uid: 'deployment', generation },
    spec: { replicas, template: templateOf('new'), ...scene.spec },
    status: {
      observedGeneration: observed,
      replicas: total,
      updatedReplicas: updated,
      availableReplicas: available,
      conditions,
    },
  };
}

export function replicaSet(
  revision: Revision,
  conditions: readonly object[] = [],
): KubernetesObject {
  const { metadata, spec } = templateOf(revision);
  const labels = { ...metadata.labels, 'pod-template-hash': revision };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `catalog-${revision}`,
      namespace: 'shop',
      uid: `set-${revision}`,
      creationTimestamp: stamp(revision === 'new' ? 0 : -3600),
      ownerReferences: [owner('Deployment', 'catalog', 'deployment')],
    },
    spec: { template: { metadata: { labels }, spec } },
    status: { conditions },
  };
}

/** A StatefulSet, DaemonSet or Job shop/catalog. */
export function workload(
  kind: 'StatefulSet' | 'DaemonSet' | 'Job',
  spec: object,
  status: object,
): KubernetesObject {
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: {
      name: 'catalog',
      namespace: 'shop',
      uid: kind,
      generation: 2,
      annotations: { 'deprecated.daemonset.template.generation': '2' },
    },
    spec,
    status: { observedGeneration: 2, updateRevision: 'new', ...status },
  };
}

function owner(
  kind: string,
  name: string,
  uid: string,
): { apiVersion: string; kind: string; name: string; uid: string; controller: boolean } {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true };
}

interface ContainerScene {
  readonly name?: string;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly state: object;
  readonly last?: object;
  readonly spec?: object;
}

export interface PodScene {
  readonly name?: string;
  readonly revision?: Revision;
  /** A kind of `workload`; unless given, the pod is of the Deployment. */
  readonly of?: 'StatefulSet' | 'DaemonSet' | 'Job';
  readonly created?: number;
  readonly deleted?: boolean;
  readonly phase?: string;
  readonly reason?: string;
  readonly conditions?: readonly object[];
  readonly container?: ContainerScene;
  readonly initContainer?: ContainerScene;
  readonly spec?: object;
}

export function pod(scene: PodScene = {}): KubernetesObject {
  const { name = 'catalog-1', revision = 'new', of, created = 1, phase = 'Pending' } = scene;
  const { container, initContainer } = scene;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      creationTimestamp: stamp(created),
      ...(scene.deleted === true ? { deletionTimestamp: stamp(5) } : {}),
      labels: {
        'controller-revision-hash': revision,
        'pod-template-generation': revision === 'new' ? '2' : '1',
      },
      ownerReferences: [
        of === undefined
          ? owner('ReplicaSet', `catalog-${revision}`, `set-${revision}`)
          : owner(of, 'catalog', of),
      ],
    },
    spec: {
      restartPolicy: 'Always',
      containers: [specOf(container, 'catalog')],
      ...(initContainer === undefined ? {} : { initContainers: [specOf(initContainer, 'init')] }),
      ...scene.spec,
    },
    status: {
      phase,
      ...(scene.reason === undefined ? {} : { reason: scene.reason }),
      conditions: scene.conditions ?? [],
      ...(initContainer === undefined
        ? {}
        : { initContainerStatuses: [statusOf(initContainer, 'init')] }),
      ...(container === undefined ? {} : { containerStatuses: [statusOf(container, 'catalog')] }),
    },
  };
}

function specOf(scene: ContainerScene | undefined, name: string): object {
  return { name: scene?.name ?? name, image, readinessProbe: {}, ...scene?.spec };
}

function statusOf(scene: ContainerScene, name: string): object {
  return {
    name: scene.name ?? name,
    image,
    ready: scene.ready ?? false,
    restartCount: scene.restarts ?? 0,
    state: scene.state,
    lastState: scene.last ?? {},
  };
}

export function waiting(reason: string, message?: string): object {
  return { waiting: { reason, ...(message === undefined ? {} : { message }) } };
}

export function running(startedAt: number): object {
  return { running: { startedAt: stamp(startedAt) } };
}

/** A run that ended. */
export function ended(
  exitCode: number,
  [from, to]: readonly [number, number],
  reason = exitCode === 0 ? 'Completed' : 'Error',
): object {
  return { terminated: { exitCode, reason, startedAt: stamp(from), finishedAt: stamp(to) } };
}

export interface EventScene {
  readonly about: string;
  readonly reason: string;
  readonly message: string;
  readonly at?: number;
  readonly count?: number;
  readonly container?: string;
}

/** An event about the object with the uid `about`. */
export function event(scene: EventScene): KubernetesObject {
  const { about, reason, message, at = 5, count = 1, container } = scene;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about}.${reason}`, namespace: 'shop', uid: `${about}.${reason}` },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'shop',
      name: about,
      uid: about,
      ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
    },
    reason,
    message,
    type: reason.startsWith('Success') || reason === 'Killing' ? 'Normal' : 'Warning',
    count,
    lastTimestamp: stamp(at),
  };
}

const newSet = replicaSet('new');
const oldSet = replicaSet('old');

/** The Deployment with the ReplicaSets of both revisions. */
export function baseScene(scene: DeploymentScene = {}): readonly KubernetesObject[] {
  return [deployment(scene), newSet, oldSet];
}

/** A rollout that stays as it is from the second second on, with one new pod. */
export function withPod(
  scene: PodScene,
  ...more: KubernetesObject[]
): readonly (readonly [number, ...KubernetesObject[]])[] {
  return [
    [0, ...baseScene()],
    [2, ...baseScene(), pod(scene), ...more],
  ];
}

/** A condition of a ReplicaSet whose pods the API refuses. */
export function refusal(message: string): object {
  return { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message };
}

/** A pod that the scheduler finds no node for. */
export function unschedulable(why: string): PodScene {
  const message = `0/1 nodes are available: ${why}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`;
  return {
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  };
}
