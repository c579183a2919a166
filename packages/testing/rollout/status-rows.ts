const deployment = 'apiVersion: apps/v1, kind: Deployment';
const statefulSet = 'apiVersion: apps/v1, kind: StatefulSet';
const daemonSet = 'apiVersion: apps/v1, kind: DaemonSet';
const job = 'apiVersion: batch/v1, kind: Job';
const pod = 'apiVersion: v1, kind: Pod';
const definition = 'apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition';
const custom = 'apiVersion: example.io/v1, kind: Zone';
const replicaSet = 'apiVersion: apps/v1, kind: ReplicaSet';
const claim = 'apiVersion: v1, kind: PersistentVolumeClaim';
const service = 'apiVersion: v1, kind: Service';
const ingress = 'apiVersion: networking.k8s.io/v1, kind: Ingress';
const route = 'apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute';
const autoscaler = 'apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler';
const name = 'metadata: { name: x, generation: 2 }';

/** Objects as YAML in flow style, with the state, reason and message that they are in. */
export const statusRows: readonly (readonly [name: string, yaml: string, expected: string])[] = [
  [
    'a Deployment whose change is not observed, although it looks available',
    `{ ${deployment}, ${name}, spec: { replicas: 1 }, status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } }`,
    'in-progress NotObserved: the change is not observed yet',
  ],
  [
    'a Deployment without a status',
    `{ ${deployment}, metadata: { name: x, generation: 1 }, spec: { replicas: 1 } }`,
    'in-progress NotObserved: the change is not observed yet',
  ],
  [
    'a Deployment that is being deleted',
    `{ ${deployment}, metadata: { name: x, deletionTimestamp: "2026-01-01T00:00:00Z" } }`,
    'in-progress Terminating: being deleted',
  ],
  [
    'a Deployment in the middle',
    `{ ${deployment}, ${name}, spec: { replicas: 3 }, status: { observedGeneration: 2, replicas: 4, updatedReplicas: 2, availableReplicas: 3 } }`,
    'in-progress LessUpdated: 2 of 3 replicas updated',
  ],
  [
    'a Deployment with an old replica left',
    `{ ${deployment}, ${name}, spec: { replicas: 3 }, status: { observedGeneration: 2, replicas: 4, updatedReplicas: 3, availableReplicas: 4 } }`,
    'in-progress OldReplicas: 1 old replica still there',
  ],
  [
    'a Deployment with an unavailable replica',
    `{ ${deployment}, ${name}, spec: { replicas: 3 }, status: { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 2 } }`,
    'in-progress LessAvailable: 2 of 3 replicas available',
  ],
  [
    'a Deployment that is done; one replica is the default',
    `{ ${deployment}, ${name}, spec: {}, status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } }`,
    'available Available: 1 of 1 replica available',
  ],
  [
    'a Deployment without replicas',
    `{ ${deployment}, ${name}, spec: { replicas: 0 }, status: { observedGeneration: 2 } }`,
    'available Available: 0 of 0 replicas available',
  ],
  [
    'a Deployment past its progress deadline',
    `{ ${deployment}, ${name}, spec: { replicas: 3, progressDeadlineSeconds: 60 }, status: { observedGeneration: 2, replicas: 4, updatedReplicas: 1, availableReplicas: 3, conditions: [{ type: Progressing, status: "False", reason: ProgressDeadlineExceeded }] } }`,
    'failed ProgressDeadlineExceeded: no progress within 60 s: 1 of 3 replicas updated',
  ],
  [
    'a Deployment that is paused in the middle',
    `{ ${deployment}, ${name}, spec: { replicas: 3, paused: true }, status: { observedGeneration: 2, replicas: 3, updatedReplicas: 0, availableReplicas: 3 } }`,
    'in-progress Paused: paused: 0 of 3 replicas updated',
  ],
  [
    'a StatefulSet in the middle',
    `{ ${statefulSet}, ${name}, spec: { replicas: 3 }, status: { observedGeneration: 2, replicas: 3, updatedReplicas: 1, availableReplicas: 2 } }`,
    'in-progress LessUpdated: 1 of 3 replicas updated',
  ],
  [
    'a StatefulSet that grows',
    `{ ${statefulSet}, ${name}, spec: { replicas: 3 }, status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } }`,
    'in-progress LessReplicas: 1 of 3 replicas created',
  ],
  [
    'a StatefulSet whose new pod is not available yet',
    `{ ${statefulSet}, ${name}, spec: { replicas: 2, updateStrategy: { type: RollingUpdate } }, status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 1 } }`,
    'in-progress LessAvailable: 1 of 2 replicas available',
  ],
  [
    'a StatefulSet that is being scaled down',
    `{ ${statefulSet}, ${name}, spec: { replicas: 1, updateStrategy: { type: RollingUpdate } }, status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 } }`,
    'in-progress Surplus: 2 of 1 replica wanted',
  ],
  [
    'a StatefulSet behind its partition',
    `{ ${statefulSet}, ${name}, spec: { replicas: 3, updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 2 } } }, status: { observedGeneration: 2, replicas: 3, updatedReplicas: 1, readyReplicas: 3, availableReplicas: 3 } }`,
    'available Available: 3 of 3 replicas available',
  ],
  [
    'a StatefulSet that people update',
    `{ ${statefulSet}, ${name}, spec: { replicas: 1, updateStrategy: { type: OnDelete } }, status: { observedGeneration: 2, replicas: 1, availableReplicas: 1 } }`,
    'available Available: 1 of 1 replica available',
  ],
  [
    'a DaemonSet in the middle',
    `{ ${daemonSet}, ${name}, spec: {}, status: { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 3 } }`,
    'in-progress LessUpdated: 1 of 3 nodes updated',
  ],
  [
    'a DaemonSet with a node to go',
    `{ ${daemonSet}, ${name}, spec: {}, status: { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 } }`,
    'in-progress LessAvailable: 2 of 3 nodes available',
  ],
  [
    'a Job that runs',
    `{ ${job}, ${name}, spec: { completions: 2 }, status: { startTime: "2026-01-01T00:00:00Z", succeeded: 1, active: 1 } }`,
    'in-progress Running: 1 of 2 completions',
  ],
  [
    'a Job that is complete',
    `{ ${job}, ${name}, spec: {}, status: { succeeded: 1, conditions: [{ type: Complete, status: "True" }] } }`,
    'available Available: 1 of 1 completions',
  ],
  [
    'a Job that failed',
    `{ ${job}, ${name}, spec: {}, status: { failed: 2, conditions: [{ type: Failed, status: "True", reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit }] } }`,
    'failed BackoffLimitExceeded: Job has reached the specified backoff limit',
  ],
  [
    'a Pod that is ready',
    `{ ${pod}, ${name}, status: { phase: Running, conditions: [{ type: Ready, status: "True" }] } }`,
    'available Available: ready',
  ],
  [
    'a Pod that is not',
    `{ ${pod}, ${name}, status: { phase: Running, conditions: [{ type: Ready, status: "False" }] } }`,
    'in-progress Running: running, not ready',
  ],
  ['a Pod that failed', `{ ${pod}, ${name}, status: { phase: Failed } }`, 'failed Failed: failed'],
  [
    'a definition that is served',
    `{ ${definition}, ${name}, status: { conditions: [{ type: NamesAccepted, status: "True" }, { type: Established, status: "True" }] } }`,
    'available Available: established',
  ],
  [
    'a definition whose names are taken',
    `{ ${definition}, ${name}, status: { conditions: [{ type: NamesAccepted, status: "False", reason: PluralConflict, message: zones is taken }] } }`,
    'failed PluralConflict: zones is taken',
  ],
  [
    'a definition that is refused',
    `{ ${definition}, ${name}, status: { conditions: [{ type: Established, status: "False", reason: NotAccepted, message: not all names are accepted }] } }`,
    'failed NotAccepted: not all names are accepted',
  ],
  [
    'a definition that is being installed',
    `{ ${definition}, ${name}, status: { conditions: [{ type: Established, status: "False", reason: Installing }] } }`,
    'in-progress NotEstablished: not established yet',
  ],
  [
    'a StatefulSet without a partition whose revision is not the current one yet',
    `{ ${statefulSet}, ${name}, spec: { replicas: 1 }, status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1, currentRevision: a, updateRevision: b } }`,
    'in-progress RevisionMismatch: the new revision is not the current one yet',
  ],
  [
    'a DaemonSet that nobody has scheduled yet',
    `{ ${daemonSet}, ${name}, spec: {}, status: { observedGeneration: 2 } }`,
    'in-progress NotScheduled: not scheduled yet',
  ],
  [
    'a DaemonSet that people update',
    `{ ${daemonSet}, ${name}, spec: { updateStrategy: { type: OnDelete } }, status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: 0, numberAvailable: 2 } }`,
    'available Available: 2 of 2 nodes available',
  ],
  [
    'a ReplicaSet in the middle',
    `{ ${replicaSet}, ${name}, spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 2, availableReplicas: 1 } }`,
    'in-progress LessAvailable: 1 of 2 replicas available',
  ],
  [
    'a ReplicaSet whose pods are refused',
    `{ ${replicaSet}, ${name}, spec: { replicas: 2 }, status: { observedGeneration: 2, replicas: 0, conditions: [{ type: ReplicaFailure, status: "True" }] } }`,
    'in-progress ReplicaFailure: pods are refused: 0 of 2 replicas available',
  ],
  [
    'a Job without a number of completions',
    `{ ${job}, ${name}, spec: { parallelism: 3 }, status: { succeeded: 1, active: 2 } }`,
    'in-progress Running: 1 of 3 completions',
  ],
  [
    'a claim',
    `{ ${claim}, ${name}, status: { phase: Pending } }`,
    'in-progress NotBound: not bound yet',
  ],
  [
    'a claim with a volume',
    `{ ${claim}, ${name}, status: { phase: Bound } }`,
    'available Available: bound',
  ],
  [
    'a claim that lost it',
    `{ ${claim}, ${name}, status: { phase: Lost } }`,
    'failed Lost: its volume is gone',
  ],
  ['a Service', `{ ${service}, ${name}, spec: {} }`, 'available Available: there'],
  [
    'a Service behind no load balancer yet',
    `{ ${service}, ${name}, spec: { type: LoadBalancer, clusterIP: 10.0.0.1 }, status: { loadBalancer: {} } }`,
    'in-progress NoAddress: no load balancer has given it an address yet',
  ],
  [
    'an Ingress with an address',
    `{ ${ingress}, ${name}, status: { loadBalancer: { ingress: [{ hostname: shop.example }] } } }`,
    'available Available: reached at shop.example',
  ],
  [
    'a route that only one of two parents has taken',
    `{ ${route}, ${name}, spec: { parentRefs: [{ name: a }, { name: b }] }, status: { parents: [{ parentRef: { name: a }, conditions: [{ type: Accepted, status: "True", observedGeneration: 2 }] }] } }`,
    'in-progress NotAccepted: taken by 1 of 2 parents',
  ],
  [
    'a route whose answer is of the generation before',
    `{ ${route}, ${name}, spec: { parentRefs: [{ name: a }] }, status: { parents: [{ parentRef: { name: a }, conditions: [{ type: Accepted, status: "True", observedGeneration: 1 }] }] } }`,
    'in-progress NotAccepted: taken by 0 of 1 parent',
  ],
  [
    'a route that is refused',
    `{ ${route}, ${name}, spec: { parentRefs: [{ name: a }] }, status: { parents: [{ parentRef: { name: a }, conditions: [{ type: Accepted, status: "False", reason: NotAllowedByListeners, message: not from this namespace }] }] } }`,
    'failed NotAllowedByListeners: a says not from this namespace',
  ],
  [
    'an autoscaler without metrics',
    `{ ${autoscaler}, ${name}, status: { conditions: [{ type: AbleToScale, status: "True" }, { type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: no metrics }] } }`,
    'available FailedGetResourceMetric: it scales nothing for now: no metrics',
  ],
  [
    'an autoscaler that nobody has looked at',
    `{ ${autoscaler}, ${name} }`,
    'in-progress NotObserved: no controller has taken it yet',
  ],
  [
    'a gateway',
    `{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, ${name}, status: { conditions: [{ type: Programmed, status: "False", message: no address }] } }`,
    'in-progress NotProgrammed: no address',
  ],
  [
    'a Deployment that its controller is reconciling',
    `{ ${deployment}, ${name}, spec: { replicas: 0 }, status: { observedGeneration: 2, conditions: [{ type: Reconciling, status: "True", message: working on it }] } }`,
    'in-progress Reconciling: working on it',
  ],
  ['a custom kind without conditions', `{ ${custom}, ${name} }`, 'available Available: ready'],
  [
    'a custom kind that is not ready',
    `{ ${custom}, ${name}, status: { observedGeneration: 2, conditions: [{ type: Ready, status: "False", message: no address }] } }`,
    'in-progress NotReady: no address',
  ],
  [
    'a custom kind that is stalled',
    `{ ${custom}, ${name}, status: { conditions: [{ type: Stalled, status: "True", reason: NoQuota, message: no quota }] } }`,
    'failed NoQuota: no quota',
  ],
  [
    'a custom kind of the generation before',
    `{ ${custom}, ${name}, status: { observedGeneration: 1, conditions: [{ type: Ready, status: "True" }] } }`,
    'in-progress NotObserved: the change is not observed yet',
  ],
];
