import { job, script, serveAfter, web, workload } from './manifests.js';
import type { DiagnoseRow } from './row.js';
import { isRestarted, says, waitsFor } from './signals.js';

const restarts = String.raw`\(2 restarts in \d+ s\)`;
const Who = String.raw`Container web of Deployment \S+\/web`;
const notConfigured = waitsFor('CreateContainerConfigError');

/** Containers that end, cannot start, or do not get ready. */
export const containerRows: readonly DiagnoseRow[] = [
  crash(
    'crash at start',
    { command: ['/bin/sh', '-c', 'echo no database >&2; exit 3'] },
    {
      code: 'crash-loop',
      sentence: new RegExp(`^${Who} exits with code 3 at every start ${restarts}$`),
    },
  ),
  crash(
    'a service that ends',
    { command: ['/bin/true'] },
    {
      code: 'crash-loop',
      sentence: new RegExp(`^${Who} exits with code 0 at every start ${restarts}$`),
    },
  ),
  crash(
    'too little memory',
    {
      command: ['/bin/sh', '-c', 'x=a; while true; do x=$x$x; done'],
      resources: { limits: { memory: '16Mi' } },
    },
    {
      code: 'out-of-memory',
      sentence: new RegExp(
        `^${Who} is killed for using more memory than its limit of 16Mi at every start ${restarts}$`,
      ),
    },
  ),
  {
    name: 'crash after a minute',
    objects: web({ container: { command: ['/bin/sh', '-c', '/bin/start & sleep 60; exit 5'] } }),
    soakMs: 110_000,
    status: 'rolled-back',
    code: 'soak-failed',
    sentence:
      /^(?:Container web of web-\S+ restarted|Deployment \S+\/web: only \d of 2 that were available still are), .* into the soak$/,
    signal: isRestarted(1),
    windowMs: 10_000,
    costsRequests: true,
  },
  {
    name: 'wrong command',
    objects: web({ container: { command: ['/nope'] } }),
    status: 'rolled-back',
    code: 'container-cannot-start',
    sentence: new RegExp(
      `^${Who} cannot be started: exec: "\\/nope": stat \\/nope: no such file or directory$`,
    ),
    signal: waitsFor('RunContainerError', 'CrashLoopBackOff'),
    windowMs: 15_000,
  },
  {
    name: 'root where root may not run',
    objects: web({ container: { securityContext: { runAsNonRoot: true, runAsUser: 0 } } }),
    status: 'rolled-back',
    code: 'container-cannot-start',
    sentence: new RegExp(
      `^${Who} cannot be started: container's runAsUser breaks non-root policy$`,
    ),
    signal: notConfigured,
    windowMs: 15_000,
  },
  missing('missing ConfigMap', { envFrom: [{ configMapRef: { name: 'nope' } }] }, 'ConfigMap'),
  missing('missing Secret', { envFrom: [{ secretRef: { name: 'nope' } }] }, 'Secret'),
  {
    name: 'missing key',
    objects: [
      ...web({
        container: {
          env: [{ name: 'URL', valueFrom: { configMapKeyRef: { name: 'web', key: 'url' } } }],
        },
      }),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { port: '80' } },
    ],
    status: 'rolled-back',
    code: 'config-missing',
    sentence: new RegExp(
      `^${Who} needs the key url of ConfigMap \\S+\\/web, which does not exist$`,
    ),
    signal: notConfigured,
    windowMs: 15_000,
  },
  {
    name: 'bad readiness path',
    objects: web({
      container: {
        readinessProbe: { httpGet: { path: '/nope', port: 8080 }, periodSeconds: 1 },
      },
    }),
    timeoutMs: 30_000,
    status: 'rolled-back',
    code: 'deadline-exceeded',
    sentence: new RegExp(
      `^${Who} runs but is not ready: its readiness probe GET :8080\\/nope fails: HTTP probe failed with statuscode: 404; not available after 30 s$`,
    ),
  },
  {
    name: 'bad readiness path, and a progress deadline of 10 s',
    objects: web({
      container: {
        readinessProbe: { httpGet: { path: '/nope', port: 8080 }, periodSeconds: 1 },
      },
      spec: { progressDeadlineSeconds: 10 },
    }),
    status: 'rolled-back',
    code: 'deadline-exceeded',
    sentence: new RegExp(
      `^${Who} runs but is not ready: .* statuscode: 404; Deployment \\S+\\/web made no progress within 10 s: 1 of 2 replicas updated$`,
    ),
    signal: says('apps/v1', 'Deployment', 'Progressing', 'False'),
    windowMs: 0,
  },
  {
    name: 'liveness probe kills',
    objects: web({
      container: {
        livenessProbe: {
          httpGet: { path: '/alive', port: 8080 },
          periodSeconds: 1,
          failureThreshold: 1,
        },
        readinessProbe: { httpGet: { path: '/nope', port: 8080 }, periodSeconds: 1 },
        lifecycle: {},
      },
      pod: { terminationGracePeriodSeconds: 1 },
    }),
    status: 'rolled-back',
    code: 'crash-loop',
    sentence: new RegExp(
      `^${Who} is killed by its liveness probe GET :8080\\/alive \\(2 restarts(?: in \\d+ s)?\\): HTTP probe failed with statuscode: 404$`,
    ),
    signal: isRestarted(2),
    windowMs: 5000,
  },
  {
    name: 'startup probe kills',
    objects: web({
      container: {
        startupProbe: { tcpSocket: { port: 9 }, periodSeconds: 1, failureThreshold: 1 },
        lifecycle: {},
      },
      pod: { terminationGracePeriodSeconds: 1 },
    }),
    status: 'rolled-back',
    code: 'crash-loop',
    sentence: new RegExp(
      `^${Who} is killed by its startup probe TCP :9 \\(2 restarts(?: in \\d+ s)?\\): dial tcp .* connection refused$`,
    ),
    signal: isRestarted(2),
    windowMs: 5000,
  },
  {
    name: 'failing init container',
    objects: web({ pod: { initContainers: [script('prepare', 'exit 7')] } }),
    status: 'rolled-back',
    code: 'crash-loop',
    sentence: new RegExp(
      `^Init container prepare of Deployment \\S+\\/web exits with code 7 at every start ${restarts}$`,
    ),
    signal: isRestarted(2),
    windowMs: 5000,
  },
  {
    name: 'failing sidecar',
    objects: web({
      pod: { initContainers: [script('proxy', 'exit 9', { restartPolicy: 'Always' })] },
    }),
    status: 'rolled-back',
    code: 'crash-loop',
    sentence: new RegExp(
      `^Sidecar proxy of Deployment \\S+\\/web exits with code 9 at every start ${restarts}$`,
    ),
    signal: isRestarted(2),
    windowMs: 5000,
    // a sidecar that ends has started, and lets the others start
    costsRequests: true,
  },
  {
    name: 'failing migration Job',
    objects: [
      ...web(),
      job('migrate', 'echo no table; exit 4', { 'slipway.dev/migration': 'expand' }),
    ],
    status: 'rolled-back',
    code: 'job-failed',
    sentence:
      /^Job \S+\/migrate\S* failed: Job has reached the specified backoff limit \(container migrate exited with code 4\)$/,
    signal: says('batch/v1', 'Job', 'Failed'),
    windowMs: 0,
  },
  {
    name: 'StatefulSet stuck on its first pod',
    objects: [
      ...web(),
      workload('StatefulSet', 'db', {
        container: { command: ['/bin/sh', '-c', 'exit 3'] },
        spec: { serviceName: 'db', replicas: 3 },
      }),
    ],
    status: 'rolled-back',
    code: 'crash-loop',
    sentence: new RegExp(
      `^Container web of StatefulSet \\S+\\/db exits with code 3 at every start ${restarts}$`,
    ),
    signal: isRestarted(2),
    windowMs: 5000,
  },
  {
    name: 'DaemonSet that crashes',
    objects: [
      ...web(),
      workload('DaemonSet', 'agent', { container: { command: ['/bin/sh', '-c', 'exit 6'] } }),
    ],
    status: 'rolled-back',
    code: 'crash-loop',
    sentence: new RegExp(
      `^Container web of DaemonSet \\S+\\/agent exits with code 6 at every start ${restarts}$`,
    ),
    signal: isRestarted(2),
    windowMs: 5000,
  },
  {
    name: 'smoke test that finds nothing',
    objects: web(),
    smokePath: '/nope',
    status: 'rolled-back',
    code: 'smoke-test-failed',
    costsRequests: true,
  },
];

function crash(
  name: string,
  container: object,
  expected: Pick<DiagnoseRow, 'code' | 'sentence'>,
): DiagnoseRow {
  const signal = isRestarted(2);
  return {
    name,
    objects: web({ container }),
    status: 'rolled-back',
    ...expected,
    signal,
    windowMs: 5000,
  };
}

function missing(name: string, container: object, kind: string): DiagnoseRow {
  return {
    name,
    objects: web({ container }),
    status: 'rolled-back',
    code: 'config-missing',
    sentence: new RegExp(`^${Who} needs ${kind} \\S+\\/nope, which does not exist$`),
    signal: notConfigured,
    windowMs: 15_000,
  };
}

/** Containers that take their time, and are well. */
export const patientRows: readonly DiagnoseRow[] = [
  {
    name: 'slow start of 60 s',
    objects: web({
      container: serveAfter('sleep 60'),
      spec: { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } },
    }),
    status: 'succeeded',
  },
  {
    name: 'slow readiness',
    objects: web({
      container: {
        readinessProbe: {
          httpGet: { path: '/healthz', port: 8080 },
          periodSeconds: 3,
          initialDelaySeconds: 10,
        },
      },
    }),
    status: 'succeeded',
  },
  {
    name: 'one crash, and then fine',
    objects: web({
      container: {
        ...serveAfter('test -e /once/done || { touch /once/done; exit 1; }'),
        volumeMounts: [{ name: 'once', mountPath: '/once' }],
      },
      pod: { volumes: [{ name: 'once', emptyDir: {} }] },
    }),
    status: 'succeeded',
  },
  {
    name: 'five replicas, two at a time',
    objects: web({
      spec: { replicas: 5, strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } },
    }),
    status: 'succeeded',
  },
];
