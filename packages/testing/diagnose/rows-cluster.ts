import { web, workload } from './manifests.js';
import type { DiagnoseRow, Place } from './row.js';
import { isTold, isUnscheduled, says } from './signals.js';

const refused = says('apps/v1', 'ReplicaSet', 'ReplicaFailure');

/** What the cluster does not allow or does not have. */
export const clusterRows: readonly DiagnoseRow[] = [
  {
    name: 'quota',
    objects: web({ spec: { replicas: 2 } }),
    before: (place) =>
      apply(place, 'ResourceQuota', { name: 'pods' }, { spec: { hard: { pods: '2' } } }),
    status: 'failed',
    code: 'pods-refused',
    sentence:
      /^Deployment \S+\/web may not create its pods: exceeded quota: pods, requested: pods=1, used: pods=2, limited: pods=2$/,
    signal: refused,
    windowMs: 15_000,
  },
  {
    name: 'LimitRange',
    objects: web({ container: { resources: { limits: { memory: '64Mi' } } } }),
    before: (place) =>
      apply(
        place,
        'LimitRange',
        { name: 'small' },
        { spec: { limits: [{ type: 'Container', max: { memory: '32Mi' } }] } },
      ),
    status: 'rolled-back',
    code: 'pods-refused',
    sentence:
      /^Deployment \S+\/web may not create its pods: maximum memory usage per Container is 32Mi, but limit is 64Mi$/,
    signal: refused,
    windowMs: 15_000,
  },
  {
    name: 'admission policy that denies the pods',
    objects: web({ template: { labels: { app: 'web', colour: 'red' } } }),
    before: (place) =>
      deny(place, 'pods', '', `object.metadata.?labels['colour'].orValue('') != 'red'`),
    status: 'rolled-back',
    code: 'pods-refused',
    sentence: /^Deployment \S+\/web may not create its pods: .*denied request: no red ones$/,
    signal: refused,
    windowMs: 15_000,
  },
  {
    name: 'admission policy that denies the Deployment',
    objects: web({ spec: { replicas: 3 } }),
    before: (place) => deny(place, 'deployments', 'apps', 'object.spec.replicas < 3'),
    status: 'refused',
    code: 'cluster-refused',
    sentence: /Deployment \S+\/web: .*denied request: no red ones$/,
  },
  {
    name: 'no such service account',
    objects: web({ pod: { serviceAccountName: 'nobody' } }),
    status: 'rolled-back',
    code: 'pods-refused',
    sentence: /^Deployment \S+\/web may not create its pods: .*serviceaccount "nobody" not found$/,
    signal: refused,
    windowMs: 15_000,
  },
  {
    name: 'no such service account, of a StatefulSet',
    objects: [
      ...web(),
      workload('StatefulSet', 'db', {
        pod: { serviceAccountName: 'nobody' },
        spec: { serviceName: 'db' },
      }),
    ],
    status: 'rolled-back',
    code: 'pods-refused',
    sentence: /^StatefulSet \S+\/db may not create its pods: .*serviceaccount "nobody" not found$/,
    signal: isTold('FailedCreate'),
    windowMs: 15_000,
  },
  {
    name: 'no node matches',
    objects: web({ pod: { nodeSelector: { disk: 'golden' } } }),
    status: 'rolled-back',
    code: 'unschedulable',
    sentence:
      /^Pods of Deployment \S+\/web find no node: 0\/1 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector$/,
    signal: isUnscheduled,
    windowMs: 60_000,
  },
  {
    name: 'no node has so much room',
    objects: web({ container: { resources: { requests: { cpu: '1000' } } } }),
    timeoutMs: 25_000,
    status: 'failed',
    code: 'unschedulable',
    sentence:
      /^Pods of Deployment \S+\/web find no node: 0\/1 nodes are available: 1 Insufficient cpu; not available after 25 s$/,
  },
  {
    name: 'claim of a storage class that does not exist',
    objects: [
      ...web(),
      workload('StatefulSet', 'db', {
        container: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        spec: {
          serviceName: 'db',
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec('nope') }],
        },
      }),
    ],
    status: 'rolled-back',
    code: 'volume-unbound',
    sentence:
      /^Pods of StatefulSet \S+\/db wait for PersistentVolumeClaim \S+\/data-db-0, which is not bound: storageclass\.storage\.k8s\.io "nope" not found$/,
    signal: isUnscheduled,
    windowMs: 30_000,
  },
  {
    name: 'claim of a storage class that does not exist, on its own',
    objects: [
      ...web(),
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: claimSpec('nope'),
      },
    ],
    status: 'rolled-back',
    code: 'volume-unbound',
    sentence:
      /^PersistentVolumeClaim \S+\/data is not bound: storageclass\.storage\.k8s\.io "nope" not found$/,
    signal: isTold('ProvisioningFailed'),
    windowMs: 30_000,
  },
  {
    name: 'missing Secret to mount',
    objects: web({
      container: { volumeMounts: [{ name: 'tls', mountPath: '/tls' }] },
      pod: { volumes: [{ name: 'tls', secret: { secretName: 'nope' } }] },
    }),
    status: 'rolled-back',
    code: 'config-missing',
    sentence: /^Pods of Deployment \S+\/web need Secret \S+\/nope, which does not exist$/,
    signal: isTold('FailedMount'),
    windowMs: 30_000,
  },
  {
    name: 'autoscaler without its target',
    objects: [...web(), autoscaler('nobody')],
    status: 'rolled-back',
    code: 'resource-failed',
    sentence:
      /^HorizontalPodAutoscaler \S+\/web cannot work: the HPA controller was unable to get the target's current scale: deployments\.apps "nobody" not found$/,
    signal: says('autoscaling/v2', 'HorizontalPodAutoscaler', 'AbleToScale', 'False'),
    windowMs: 30_000,
  },
];

/** A kind that nothing else in the cluster knows. */
const gadgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gadgets.test.slipway.dev' },
  spec: {
    group: 'test.slipway.dev',
    scope: 'Namespaced',
    names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
};

/** What the cluster takes its time for, or lacks without harm. */
export const patientClusterRows: readonly DiagnoseRow[] = [
  {
    name: 'autoscaler without metrics',
    objects: [...web(), autoscaler('web')],
    status: 'succeeded',
  },
  {
    name: 'custom resource and its definition in one go',
    objects: [
      gadgets,
      { apiVersion: 'test.slipway.dev/v1', kind: 'Gadget', metadata: { name: 'web' } },
      ...web(),
    ],
    status: 'succeeded',
  },
  {
    name: 'load balancer that nobody provides',
    objects: [
      ...web(),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'front' },
        spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
    ],
    status: 'succeeded',
  },
];

function claimSpec(storageClassName: string): object {
  const resources = { requests: { storage: '1Mi' } };
  return { storageClassName, accessModes: ['ReadWriteOnce'], resources };
}

function autoscaler(target: string): object {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      minReplicas: 2,
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    },
  };
}

async function apply(
  { cluster, namespace, sleep }: Place,
  kind: string,
  metadata: { readonly name: string },
  rest: object,
): Promise<void> {
  const object = { apiVersion: 'v1', kind, metadata: { ...metadata, namespace }, ...rest };
  await cluster.create(object);
  // a quota counts what is there before it refuses more
  await sleep(2000);
}

/** A ValidatingAdmissionPolicy for the namespace; it works a moment after it was made. */
async function deny(
  place: Place,
  resource: string,
  group: string,
  expression: string,
): Promise<void> {
  const { cluster, namespace } = place;
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: `slipway-${namespace}` };
  const rules = [
    {
      apiGroups: [group],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: [resource],
    },
  ];
  await cluster.create({
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: {
      matchConstraints: { resourceRules: rules },
      validations: [{ expression, message: 'no red ones' }],
    },
  });
  const namespaceSelector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  await cluster.create({
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: {
      policyName: metadata.name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector },
    },
  });
  await place.sleep(5000);
}
