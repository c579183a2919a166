import {
  formatIdentity,
  identify,
  numberAt,
  recordAt,
  textAt,
  type JsonRecord,
  type KubernetesObject,
  type ObjectIdentity,
} from '../manifest/index.js';

/** What the API said at one moment: the workloads that are waited for, and what they made. */
export interface Snapshot {
  readonly workloads: readonly ObjectIdentity[];
  /** Deployments, StatefulSets, DaemonSets, Jobs, ReplicaSets, Pods and Events of their namespaces. */
  readonly objects: readonly KubernetesObject[];
}

/** One workload of a snapshot with what belongs to its newest revision. */
export interface WorkloadView {
  readonly identity: ObjectIdentity;
  /** Undefined while it does not exist. */
  readonly object: KubernetesObject | undefined;
  /** Of a Deployment, once its controller made it. */
  readonly replicaSet: KubernetesObject | undefined;
  /** Of the newest revision only; without those that are on their way out. */
  readonly pods: readonly KubernetesObject[];
  /** Of a StatefulSet: pods of the revisions before, without those that are on their way out. */
  readonly formerPods: readonly KubernetesObject[];
}

export function readWorkloads({ workloads, objects }: Snapshot): readonly WorkloadView[] {
  const index = new Map(objects.map((object) => [keyOf(identify(object)), object]));
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  return workloads.map((identity) => {
    const object = index.get(keyOf(identity));
    if (object === undefined) {
      return { identity, object, replicaSet: undefined, pods: [], formerPods: [] };
    }
    const replicaSet =
      object.kind === 'Deployment' ? findNewReplicaSet(object, objects) : undefined;
    const isNew = newPodTest(object, replicaSet);
    const staying = pods.filter((pod) => isStaying(pod, object.kind));
    return {
      identity,
      object,
      replicaSet,
      pods: staying.filter(isNew),
      formerPods:
        object.kind === 'StatefulSet'
          ? staying.filter((pod) => isOwnedBy(pod, object) && !isNew(pod))
          : [],
    };
  });
}

function keyOf({ kind, namespace = '', name }: ObjectIdentity): string {
  return `${kind}/${namespace}/${name}`;
}

function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  const owners = object.metadata.ownerReferences ?? [];
  return owners.some(({ uid, controller }) => controller === true && uid === owner.metadata.uid);
}

/**
 * The ReplicaSet of a Deployment's current template, found as the Deployment controller finds it: same
 * template but for the hash label, the oldest of them. Before the controller has seen the change there is none.
 */
function findNewReplicaSet(
  deployment: KubernetesObject,
  objects: readonly KubernetesObject[],
): KubernetesObject | undefined {
  const wanted = canonicalTemplate(deployment);
  return objects
    .filter((each) => each.kind === 'ReplicaSet' && isOwnedBy(each, deployment))
    .filter((each) => canonicalTemplate(each) === wanted)
    .toSorted((a, b) => createdAt(a) - createdAt(b))
    .at(0);
}

export function createdAt({ metadata }: KubernetesObject): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function canonicalTemplate(object: KubernetesObject): string {
  return JSON.stringify(recordAt(object, 'spec', 'template'), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value)
      .filter(([name, inner]) => name !== 'pod-template-hash' && inner !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}

type PodTest = (pod: KubernetesObject) => boolean;

function newPodTest(object: KubernetesObject, replicaSet: KubernetesObject | undefined): PodTest {
  const isObserved =
    (object.metadata.generation ?? 0) <= (numberAt(object, 'status', 'observedGeneration') ?? 0);
  const labelIs =
    (name: string, wanted: string | undefined): PodTest =>
    (pod) =>
      isOwnedBy(pod, object) && wanted !== undefined && pod.metadata.labels?.[name] === wanted;
  switch (object.kind) {
    case 'Pod':
      return (pod) => pod.metadata.uid === object.metadata.uid;
    case 'Deployment':
      return (pod) => replicaSet !== undefined && isOwnedBy(pod, replicaSet);
    case 'StatefulSet':
      return labelIs(
        'controller-revision-hash',
        isObserved ? textAt(object, 'status', 'updateRevision') : undefined,
      );
    case 'DaemonSet': {
      const annotations = object.metadata.annotations ?? {};
      const generation = annotations['deprecated.daemonset.template.generation'];
      return labelIs('pod-template-generation', isObserved ? generation : undefined);
    }
    default:
      return (pod) => isOwnedBy(pod, object);
  }
}

/** Evicted, preempted and ended pods say nothing about the release; their controller replaces them. */
function isStaying(pod: KubernetesObject, ownerKind: string): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const isReplaced = ['Deployment', 'StatefulSet', 'DaemonSet'].includes(ownerKind);
  return !isReplaced || textAt(pod, 'status', 'phase') !== 'Failed';
}

/** An Event of the core API, with its shapes of time brought together. */
export interface EventView {
  readonly key: string;
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  readonly count: number;
  /** When it happened last, by the cluster's clock. */
  readonly lastMs: number;
  readonly about: { readonly uid: string; readonly title: string; readonly fieldPath: string };
}

export function readEvents({ objects }: Pick<Snapshot, 'objects'>): readonly EventView[] {
  return objects.filter(({ kind }) => kind === 'Event').map(readEvent);
}

function readEvent(event: KubernetesObject): EventView {
  const about = recordAt(event, 'involvedObject') ?? {};
  const stamps = [
    textAt(event, 'series', 'lastObservedTime'),
    textAt(event, 'lastTimestamp'),
    textAt(event, 'eventTime'),
    event.metadata.creationTimestamp,
  ];
  return {
    key: event.metadata.uid ?? event.metadata.name,
    reason: textAt(event, 'reason') ?? '',
    message: textAt(event, 'message') ?? '',
    type: textAt(event, 'type') ?? 'Normal',
    count: numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1,
    lastMs: Date.parse(stamps.find((stamp) => stamp !== undefined) ?? '') || 0,
    about: {
      uid: textAt(about, 'uid') ?? '',
      title: titleOf(about),
      fieldPath: textAt(about, 'fieldPath') ?? '',
    },
  };
}

function titleOf(about: JsonRecord): string {
  const namespace = textAt(about, 'namespace');
  return formatIdentity({
    apiVersion: textAt(about, 'apiVersion') ?? 'v1',
    kind: textAt(about, 'kind') ?? 'Object',
    name: textAt(about, 'name') ?? 'unnamed',
    ...(namespace === undefined ? {} : { namespace }),
  });
}
