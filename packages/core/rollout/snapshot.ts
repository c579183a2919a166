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
import { perObject } from './per-object.js';

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
  const byKey = new Map(objects.map((object) => [keyOf(object), object]));
  const byOwner = Map.groupBy(objects, controllerOf);
  return workloads.map((identity) => {
    const object = byKey.get(keyOfIdentity(identity));
    if (object === undefined) {
      return { identity, object, replicaSet: undefined, pods: [], formerPods: [] };
    }
    const ownedBy = (owner: KubernetesObject | undefined): readonly KubernetesObject[] =>
      owner?.metadata.uid === undefined ? [] : (byOwner.get(owner.metadata.uid) ?? []);
    const replicaSet =
      object.kind === 'Deployment' ? findNewReplicaSet(object, ownedBy(object)) : undefined;
    const owner = object.kind === 'Deployment' ? replicaSet : object;
    const own = object.kind === 'Pod' ? [object] : ownedBy(owner);
    const staying = own.filter((each) => each.kind === 'Pod' && isStaying(each, object.kind));
    const isNew = newPodTest(object);
    return {
      identity,
      object,
      replicaSet,
      pods: staying.filter(isNew),
      formerPods: object.kind === 'StatefulSet' ? staying.filter((pod) => !isNew(pod)) : [],
    };
  });
}

/** The uid of the object that controls another; undefined when nothing does. */
function controllerOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
}

const keyOf = perObject((object) => keyOfIdentity(identify(object)));

function keyOfIdentity({ kind, namespace = '', name }: ObjectIdentity): string {
  return `${kind}/${namespace}/${name}`;
}

/**
 * The ReplicaSet of a Deployment's current template, found as the Deployment controller finds it: same
 * template but for the hash label, the oldest of them. Before the controller has seen the change there is none.
 */
function findNewReplicaSet(
  deployment: KubernetesObject,
  owned: readonly KubernetesObject[],
): KubernetesObject | undefined {
  const wanted = canonicalTemplate(deployment);
  return owned
    .filter((each) => each.kind === 'ReplicaSet')
    .filter((each) => canonicalTemplate(each) === wanted)
    .toSorted((a, b) => createdAt(a) - createdAt(b))
    .at(0);
}

export function createdAt({ metadata }: KubernetesObject): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

const canonicalTemplate = perObject((object) =>
  JSON.stringify(recordAt(object, 'spec', 'template'), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value)
      .filter(([name, inner]) => name !== 'pod-template-hash' && inner !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  }),
);

/** Tells the pods of the newest revision among those that an object controls. */
function newPodTest(object: KubernetesObject): (pod: KubernetesObject) => boolean {
  const isObserved =
    (object.metadata.generation ?? 0) <= (numberAt(object, 'status', 'observedGeneration') ?? 0);
  const labelIs =
    (name: string, wanted: string | undefined) =>
    (pod: KubernetesObject): boolean =>
      isObserved && wanted !== undefined && pod.metadata.labels?.[name] === wanted;
  switch (object.kind) {
    case 'StatefulSet':
      return labelIs('controller-revision-hash', textAt(object, 'status', 'updateRevision'));
    case 'DaemonSet': {
      const annotations = object.metadata.annotations ?? {};
      const generation = annotations['deprecated.daemonset.template.generation'];
      return labelIs('pod-template-generation', generation);
    }
    default:
      return () => true;
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
  return objects.filter(({ kind }) => kind === 'Event').map((event) => readEvent(event));
}

const readEvent = perObject((event): EventView => {
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
});

function titleOf(about: JsonRecord): string {
  const namespace = textAt(about, 'namespace');
  return formatIdentity({
    apiVersion: textAt(about, 'apiVersion') ?? 'v1',
    kind: textAt(about, 'kind') ?? 'Object',
    name: textAt(about, 'name') ?? 'unnamed',
    ...(namespace === undefined ? {} : { namespace }),
  });
}
