import type { KubernetesObject } from '@slipway/core/manifest';
import { configMap, deployment, podTemplate, service, shapeOf } from './shape.js';

/** A shop of a dozen services; the second release has another one instead of the last. */
export const shop = shapeOf(
  'shop',
  (release) => {
    const names = Array.from({ length: 11 }, (_, index) => `part-${index + 1}`);
    return [...names, release === 1 ? 'voucher' : 'gift'].flatMap((name) => [
      deployment(name, { container: { env: [{ name: 'RELEASE', value: String(release) }] } }),
      service(name),
    ]);
  },
  { removed: ['Deployment voucher', 'Service voucher'] },
);

/** A StatefulSet with a volume for each pod, on volumes that are there already. */
export const stateful = shapeOf(
  'stateful',
  (release, { suffix }) => {
    const storageClassName = `static-${suffix}`;
    const storage = { requests: { storage: '1Mi' } };
    const volume = (name: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${name}-${suffix}` },
      spec: {
        storageClassName,
        capacity: { storage: '1Mi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        hostPath: { path: `/tmp/slipway-shapes-${suffix}/${name}`, type: 'DirectoryOrCreate' },
      },
    });
    const claim = { storageClassName, accessModes: ['ReadWriteOnce'], resources: storage };
    const container = {
      env: [{ name: 'RELEASE', value: String(release) }],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    };
    const statefulSet = (name: string, more: object): KubernetesObject => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name },
      spec: { serviceName: name, selector: { matchLabels: { app: name } }, ...more },
    });
    return [
      volume('stateful-data'),
      volume('stateful-archive'),
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'archive' },
        spec: claim,
      },
      service('db', { clusterIP: 'None' }),
      statefulSet('db', {
        template: podTemplate('db', { container }),
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
      }),
      ...(release === 1
        ? [
            configMap('dump', { at: 'night' }),
            statefulSet('cache', { replicas: 0, template: podTemplate('cache') }),
          ]
        : []),
    ];
  },
  { removed: ['ConfigMap dump', 'StatefulSet cache'] },
);

/** A DaemonSet that reads a folder of its node. */
export const daemon = shapeOf(
  'daemon',
  (release) => [
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: {
        selector: { matchLabels: { app: 'agent' } },
        updateStrategy: { rollingUpdate: { maxUnavailable: '100%' } },
        template: podTemplate('agent', {
          container: {
            env: [{ name: 'RELEASE', value: String(release) }],
            volumeMounts: [{ name: 'node', mountPath: '/node', readOnly: true }],
          },
          spec: { volumes: [{ name: 'node', hostPath: { path: '/etc' } }] },
        }),
      },
    },
    ...(release === 1
      ? [
          service('agent'),
          {
            apiVersion: 'apps/v1',
            kind: 'DaemonSet',
            metadata: { name: 'old-agent' },
            spec: {
              selector: { matchLabels: { app: 'old-agent' } },
              template: podTemplate('old-agent', { spec: { nodeSelector: { old: 'yes' } } }),
            },
          },
        ]
      : []),
  ],
  { removed: ['DaemonSet old-agent', 'Service agent'] },
);

/** CronJobs, one of which is gone with the second release, and a migration. */
export const cron = shapeOf(
  'cron',
  (release) => {
    const job = (command: string, metadata: object = {}) => ({
      metadata,
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'job', image: 'app', command: ['/bin/sh', '-c', command] }],
          },
        },
      },
    });
    const cronJob = (name: string, schedule: string): KubernetesObject => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: { schedule, jobTemplate: job('true') },
    });
    return [
      deployment('web'),
      cronJob('report', release === 1 ? '0 3 1 1 *' : '0 4 1 1 *'),
      ...(release === 1 ? [cronJob('cleanup', '0 5 1 1 *')] : []),
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        ...job('true'),
        metadata: { name: 'migrate', annotations: { 'slipway.dev/migration': 'expand' } },
      },
    ];
  },
  { removed: ['CronJob cleanup', 'Job migrate'] },
);

/** A container that another one in the same pod helps, and one that prepares. */
export const sidecar = shapeOf(
  'sidecar',
  (release) => {
    const volumes = [{ name: 'shared', emptyDir: {} }];
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    const helper = (name: string, script: string, more: object = {}) => ({
      name,
      image: 'app',
      command: ['/bin/sh', '-c', script],
      volumeMounts,
      ...more,
    });
    const initContainers = [
      helper('prepare', `echo ${release} > /shared/release`),
      helper('tail', 'trap "exit 0" TERM; while true; do sleep 1; done', {
        restartPolicy: 'Always',
      }),
    ];
    return [
      deployment('web', { container: { volumeMounts }, spec: { volumes, initContainers } }),
      ...(release === 1 ? [configMap('filter', { level: 'info' })] : []),
    ];
  },
  { removed: ['ConfigMap filter'] },
);

/** A headless Service, and an immutable ConfigMap whose name changes with its content. */
export const headless = shapeOf(
  'headless',
  (release) => {
    const name = `settings-${release}`;
    const container = { envFrom: [{ configMapRef: { name } }] };
    return [
      { ...configMap(name, { RELEASE: String(release) }), immutable: true },
      service('peer', { clusterIP: 'None' }),
      deployment('peer', { container }),
    ];
  },
  { removed: ['ConfigMap settings-1'] },
);
