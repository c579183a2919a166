import type { KubernetesObject } from '@slipway/core/manifest';

type Random = () => number;

interface Draw {
  count(from: number, to: number): number;
  /** One of these; what is listed twice comes twice as often. */
  of<T>(values: readonly T[]): T;
  isSometimes(share: number): boolean;
}

function drawWith(random: Random): Draw {
  const count = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  return {
    count,
    of: (values) => {
      const value = values[count(0, values.length - 1)];
      if (value === undefined) throw new Error('nothing to choose from');
      return value;
    },
    isSometimes: (share) => random() < share,
  };
}

type Fields = Readonly<Record<string, unknown>>;

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly make: (draw: Draw) => { readonly spec?: Fields; readonly status?: Fields };
}

/** An object in a state in which a controller may leave it, or in one in which none should. */
export function makeStatusObject(random: Random): KubernetesObject {
  const draw = drawWith(random);
  const { apiVersion, kind, make } = draw.of(kinds);
  const { spec, status } = make(draw);
  const generation = draw.of([1, 2, 2, 2, 3]);
  const observedGeneration = draw.of([generation, generation, generation, generation, 1, 2]);
  const hasObserved = draw.isSometimes(0.9);
  const general = draw.isSometimes(0.08)
    ? [{ type: draw.of(['Reconciling', 'Stalled']), status: draw.of(['True', 'False']) }]
    : [];
  const conditions = [...listOf(status?.['conditions']), ...general];
  return {
    apiVersion,
    kind,
    metadata: {
      name: 'x',
      namespace: 'shop',
      creationTimestamp: '2026-01-01T00:00:00Z',
      generation,
      ...(draw.isSometimes(0.03) ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    ...(spec === undefined ? {} : { spec }),
    status: {
      ...status,
      ...(hasObserved ? { observedGeneration } : {}),
      ...(conditions.length === 0 ? {} : { conditions }),
    },
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `replicas` as the API fills it in, or left out as in a manifest. */
function replicasOf(draw: Draw): { readonly wanted: number; readonly spec: Fields } {
  const wanted = draw.count(0, 3);
  return draw.isSometimes(0.1) ? { wanted: 1, spec: {} } : { wanted, spec: { replicas: wanted } };
}

function near(draw: Draw, wanted: number): number {
  return Math.max(0, draw.of([wanted, wanted, wanted, wanted, wanted - 1, wanted + 1, 0]));
}

/** All of them mostly, never more. */
function upTo(draw: Draw, most: number): number {
  return Math.max(0, draw.of([most, most, most, most, most - 1, 0]));
}

function makeDeployment(draw: Draw): ReturnType<Kind['make']> {
  const { wanted, spec } = replicasOf(draw);
  const conditions = [
    {
      type: 'Progressing',
      status: draw.of(['True', 'True', 'False']),
      reason: draw.of([
        ...['NewReplicaSetAvailable', 'NewReplicaSetAvailable', 'NewReplicaSetAvailable'],
        ...['ReplicaSetUpdated', 'ProgressDeadlineExceeded'],
      ]),
    },
    { type: 'Available', status: draw.of(['True', 'True', 'True', 'False']) },
  ];
  const replicas = near(draw, wanted);
  const ready = upTo(draw, replicas);
  return {
    spec: {
      ...spec,
      progressDeadlineSeconds: draw.of([600, 600, 2_147_483_647]),
      ...(draw.isSometimes(0.05) ? { paused: true } : {}),
    },
    status: {
      replicas,
      updatedReplicas: upTo(draw, replicas),
      readyReplicas: ready,
      availableReplicas: upTo(draw, ready),
      ...(draw.isSometimes(0.9) ? { conditions } : {}),
    },
  };
}

function makeStatefulSet(draw: Draw): ReturnType<Kind['make']> {
  const { wanted, spec } = replicasOf(draw);
  const replicas = near(draw, wanted);
  const ready = upTo(draw, replicas);
  const updated = upTo(draw, replicas);
  // once the new revision is the current one, its pods are the current ones
  const isCurrent = draw.isSometimes(0.7);
  const rolling = { type: 'RollingUpdate' };
  const updateStrategy = draw.of<Fields>([
    { ...rolling, rollingUpdate: { partition: 0 } },
    { ...rolling, rollingUpdate: { partition: 0 } },
    { ...rolling, rollingUpdate: { partition: draw.count(1, 3) } },
    { ...rolling, rollingUpdate: {} },
    rolling,
    { type: 'OnDelete' },
  ]);
  return {
    spec: { ...spec, updateStrategy },
    status: {
      replicas,
      updatedReplicas: updated,
      currentReplicas: isCurrent ? updated : upTo(draw, replicas - updated),
      readyReplicas: ready,
      availableReplicas: upTo(draw, ready),
      currentRevision: 'x-1',
      updateRevision: isCurrent ? 'x-1' : 'x-2',
    },
  };
}

function makeDaemonSet(draw: Draw): ReturnType<Kind['make']> {
  const wanted = draw.count(0, 3);
  const current = upTo(draw, wanted);
  const ready = upTo(draw, current);
  return {
    spec: { updateStrategy: { type: draw.of(['RollingUpdate', 'RollingUpdate', 'OnDelete']) } },
    status: {
      ...(draw.isSometimes(0.95) ? { desiredNumberScheduled: wanted } : {}),
      currentNumberScheduled: current,
      updatedNumberScheduled: upTo(draw, current),
      numberReady: ready,
      numberAvailable: upTo(draw, ready),
    },
  };
}

function makeReplicaSet(draw: Draw): ReturnType<Kind['make']> {
  const { wanted, spec } = replicasOf(draw);
  const replicas = near(draw, wanted);
  const ready = upTo(draw, replicas);
  return {
    spec,
    status: {
      replicas,
      fullyLabeledReplicas: upTo(draw, replicas),
      readyReplicas: ready,
      availableReplicas: upTo(draw, ready),
      conditions: [{ type: 'ReplicaFailure', status: draw.of(['False', 'False', 'True']) }],
    },
  };
}

function makeJob(draw: Draw): ReturnType<Kind['make']> {
  const condition = draw.of(['Complete', 'Failed', 'Suspended', 'None', 'None']);
  const hasStarted = draw.isSometimes(0.8) || condition === 'Complete' || condition === 'Failed';
  return {
    spec: draw.of<Fields>([{}, { completions: 2 }, { parallelism: 2 }]),
    status: {
      ...(hasStarted ? { startTime: '2026-01-01T00:00:00Z', active: draw.count(0, 1) } : {}),
      succeeded: draw.count(0, 2),
      conditions: condition === 'None' ? [] : [{ type: condition, status: 'True' }],
    },
  };
}

function makePod(draw: Draw): ReturnType<Kind['make']> {
  const phase = draw.of(['Pending', 'Running', 'Running', 'Running', 'Succeeded', 'Failed']);
  const waiting = { reason: draw.of(['CrashLoopBackOff', 'ImagePullBackOff']) };
  const isWaiting = draw.isSometimes(0.3);
  const conditions = [
    { type: 'Ready', status: draw.of(['True', 'False']) },
    draw.isSometimes(0.3)
      ? { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }
      : { type: 'PodScheduled', status: 'True' },
  ];
  return {
    status: {
      ...(draw.isSometimes(0.95) ? { phase } : {}),
      conditions,
      containerStatuses: [{ name: 'x', state: isWaiting ? { waiting } : { running: {} } }],
    },
  };
}

function makeService(draw: Draw): ReturnType<Kind['make']> {
  const ingress = draw.of<readonly Fields[]>([[], [{ ip: '192.0.2.1' }]]);
  const type = draw.of(['ClusterIP', 'LoadBalancer']);
  const clusterIP = draw.of(['', '10.0.0.1', '10.0.0.1']);
  return { spec: { type, clusterIP }, status: { loadBalancer: { ingress } } };
}

function makeIngress(draw: Draw): ReturnType<Kind['make']> {
  const ingress = draw.of<readonly Fields[]>([[], [{ hostname: 'shop.example' }]]);
  return { spec: {}, status: { loadBalancer: { ingress } } };
}

function makeRoute(draw: Draw): ReturnType<Kind['make']> {
  const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
    type,
    status: draw.of(['True', 'True', 'False']),
    observedGeneration: 3,
  }));
  const parentRef = { name: 'front' };
  return {
    spec: { parentRefs: [parentRef] },
    status: { parents: draw.isSometimes(0.8) ? [{ parentRef, conditions }] : [] },
  };
}

function makeAutoscaler(draw: Draw): ReturnType<Kind['make']> {
  const able = { status: draw.of(['True', 'True', 'False']), reason: 'FailedGetScale' };
  const active = { status: draw.of(['True', 'False']), reason: 'FailedGetResourceMetric' };
  const conditions = [
    { type: 'AbleToScale', ...able },
    { type: 'ScalingActive', ...active },
  ];
  return { spec: {}, status: { conditions: draw.isSometimes(0.8) ? conditions : [] } };
}

function makeDefinition(draw: Draw): ReturnType<Kind['make']> {
  const established = {
    type: 'Established',
    status: draw.of(['True', 'True', 'False']),
    reason: draw.of(['Installing', 'NotAccepted', 'InitialNamesAccepted']),
    message: 'said',
  };
  const names = { type: 'NamesAccepted', status: draw.of(['True', 'True', 'True', 'False']) };
  return {
    spec: {},
    status: { conditions: draw.isSometimes(0.9) ? [names, established] : [] },
  };
}

function makeCustom(draw: Draw): ReturnType<Kind['make']> {
  const ready = { type: 'Ready', status: draw.of(['True', 'True', 'False', 'Unknown']) };
  return { spec: {}, status: { conditions: draw.isSometimes(0.8) ? [ready] : [] } };
}

const apps = 'apps/v1';
const kinds: readonly Kind[] = [
  { apiVersion: apps, kind: 'Deployment', make: makeDeployment },
  { apiVersion: apps, kind: 'Deployment', make: makeDeployment },
  { apiVersion: apps, kind: 'StatefulSet', make: makeStatefulSet },
  { apiVersion: apps, kind: 'StatefulSet', make: makeStatefulSet },
  { apiVersion: apps, kind: 'DaemonSet', make: makeDaemonSet },
  { apiVersion: apps, kind: 'ReplicaSet', make: makeReplicaSet },
  { apiVersion: 'batch/v1', kind: 'Job', make: makeJob },
  { apiVersion: 'batch/v1', kind: 'CronJob', make: () => ({ spec: {} }) },
  { apiVersion: 'v1', kind: 'Pod', make: makePod },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    make: (draw) => ({ spec: {}, status: { phase: draw.of(['Pending', 'Bound', 'Lost']) } }),
  },
  { apiVersion: 'v1', kind: 'Service', make: makeService },
  { apiVersion: 'v1', kind: 'ConfigMap', make: () => ({}) },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', make: makeIngress },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', make: makeRoute },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', make: makeAutoscaler },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    make: makeDefinition,
  },
  { apiVersion: 'example.io/v1', kind: 'Zone', make: makeCustom },
  { apiVersion: 'example.io/v1', kind: 'Zone', make: makeCustom },
];
