import { numberAt, textAt, type KubernetesObject } from '@slipway/core/manifest';
import type { RolloutStatus } from '@slipway/core/rollout';

export type Judge = 'kstatus' | 'kubectl';

/** An object that a judge sees in another state than we do; `refused`: it gives no answer. */
export interface Disagreement {
  readonly object: KubernetesObject;
  readonly judge: Judge;
  readonly ours: RolloutStatus;
  readonly theirs: RolloutStatus['state'] | 'refused';
}

export interface StatusDifference {
  readonly name: string;
  readonly why: string;
  readonly applies: (disagreement: Disagreement) => boolean;
}

/** Where we mean to differ, and why; whatever else differs is an error of ours. The first that applies counts. */
export const statusDifferences: readonly StatusDifference[] = [
  {
    name: 'an object that is being deleted',
    why: 'kubectl does not look; what goes away is not available',
    applies: ({ judge, ours }) => judge === 'kubectl' && ours.reason === 'Terminating',
  },
  {
    name: 'a generation from the future',
    why: 'kstatus wants the numbers to be equal; kubectl and we take what is newer for observed',
    applies: ({ judge, object }) =>
      judge === 'kstatus' && (observed(object) ?? 0) > (object.metadata.generation ?? 0),
  },
  {
    name: 'no generation observed at all',
    why: 'kstatus lets it pass for controllers that always tell it; kubectl and we wait',
    applies: ({ judge, object, ours }) =>
      judge === 'kstatus' && ours.reason === 'NotObserved' && observed(object) === undefined,
  },
  {
    name: 'the conditions Reconciling and Stalled',
    why: 'kubectl does not know them',
    applies: ({ judge, ours }) =>
      judge === 'kubectl' && (ours.reason === 'Reconciling' || ours.reason === 'Stalled'),
  },
  {
    name: 'OnDelete, of kubectl',
    why: 'kubectl refuses to answer; we say whether the pods there are available',
    applies: ({ judge, object, theirs }) =>
      judge === 'kubectl' && theirs === 'refused' && isOnDelete(object),
  },
  {
    name: 'OnDelete, of kstatus',
    why: 'kstatus does not look at the pods of a StatefulSet, and waits for ever for new ones of a DaemonSet',
    applies: ({ judge, object }) => judge === 'kstatus' && isOnDelete(object),
  },
  {
    name: 'more replicas than are wanted',
    why: 'kubectl calls a workload done that is still being scaled down; kstatus and we wait',
    applies: ({ judge, ours, object }) =>
      judge === 'kubectl' &&
      (numberAt(object, 'status', 'replicas') ?? 0) > wantedReplicas(object) &&
      ['Surplus', 'Paused'].includes(ours.reason),
  },
  {
    name: 'a StatefulSet that makes its pods',
    why: 'kubectl counts ready pods, which for a moment may be those that are being replaced; kstatus and we count all',
    applies: ({ judge, object, ours }) =>
      judge === 'kubectl' && object.kind === 'StatefulSet' && ours.reason === 'LessReplicas',
  },
  {
    name: 'minReadySeconds of a StatefulSet',
    why: 'both count ready pods; we count available ones, as for a Deployment',
    applies: ({ object, ours, theirs }) =>
      object.kind === 'StatefulSet' &&
      ours.reason === 'LessAvailable' &&
      theirs === 'available' &&
      (numberAt(object, 'status', 'readyReplicas') ?? 0) >= wantedReplicas(object),
  },
  {
    name: 'a StatefulSet that says nothing of its partition',
    why: 'kubectl takes it for done whatever was updated; kstatus and we want all pods to be new',
    applies: ({ judge, object, ours }) =>
      judge === 'kubectl' &&
      object.kind === 'StatefulSet' &&
      ['LessUpdated', 'RevisionMismatch'].includes(ours.reason),
  },
  {
    name: 'a DaemonSet that is not scheduled yet',
    why: 'kubectl takes the missing number for 0; kstatus and we wait for it',
    applies: ({ judge, ours }) => judge === 'kubectl' && ours.reason === 'NotScheduled',
  },
  {
    name: 'replicas that are left out',
    why: 'kubectl does not know the default of 1, which the API fills in',
    applies: ({ judge, object }) =>
      judge === 'kubectl' && numberAt(object, 'spec', 'replicas') === undefined,
  },
  {
    name: 'the conditions of a Deployment',
    why: 'kstatus waits for them when all counts are there; kubectl and we do not: one status has both',
    applies: ({ judge, object, ours, theirs }) =>
      judge === 'kstatus' &&
      object.kind === 'Deployment' &&
      ours.state === 'available' &&
      theirs === 'in-progress',
  },
  {
    name: 'labels of a ReplicaSet',
    why: 'kstatus counts pods with all labels of the template, which changes nothing about what is available',
    applies: ({ object, theirs }) => object.kind === 'ReplicaSet' && theirs === 'in-progress',
  },
  {
    name: 'a Pod that failed',
    why: 'kstatus calls it current because nothing more will become of it',
    applies: ({ object, ours }) => object.kind === 'Pod' && ours.state === 'failed',
  },
  {
    name: 'a Pod that crashes or finds no node',
    why: 'kstatus fails at the first back-off and after 15 s without a node; the diagnosis has its own patience',
    applies: ({ object, ours, theirs }) =>
      object.kind === 'Pod' && ours.state === 'in-progress' && theirs === 'failed',
  },
  {
    name: 'a Job that runs',
    why: 'kstatus calls it current as soon as it has started; it has done nothing yet',
    applies: ({ object, ours }) =>
      object.kind === 'Job' && ['Running', 'Suspended'].includes(ours.reason),
  },
  {
    name: 'a claim that lost its volume',
    why: 'kstatus goes on waiting',
    applies: ({ object, ours }) =>
      object.kind === 'PersistentVolumeClaim' && ours.reason === 'Lost',
  },
  {
    name: 'a load balancer without an address',
    why: 'kstatus is content with the address inside, and knows no Ingress',
    applies: ({ ours }) => ours.reason === 'NoAddress',
  },
  {
    name: 'a load balancer without an address inside',
    why: 'kstatus waits for it; the API gives it with the answer to the apply',
    applies: ({ object, ours }) => object.kind === 'Service' && ours.state === 'available',
  },
  {
    name: 'a route or a gateway',
    why: 'kstatus does not look at what the parents say, nor whether a gateway is programmed',
    applies: ({ object }) => ['HTTPRoute', 'Gateway'].includes(object.kind),
  },
  {
    name: 'an autoscaler',
    why: 'kstatus does not know its conditions',
    applies: ({ object }) => object.kind === 'HorizontalPodAutoscaler',
  },
];

function isOnDelete(object: KubernetesObject): boolean {
  return textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
}

function wantedReplicas(object: KubernetesObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1;
}

function observed(object: KubernetesObject): number | undefined {
  return numberAt(object, 'status', 'observedGeneration');
}
