import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formatReference, formatRepository } from '@slipway/core/image-ref';
import { identify, parseManifests, setNamespace } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { openStage, type Stage } from '@slipway/testing/stage';
import { watchRollout, type RolloutResult } from './watch.js';

let stage: Stage;
let serve: string;
let crash: string;

beforeAll(async () => {
  stage = await openStage('watch');
  const { cluster, namespace } = stage;
  const apiVersion = 'v1';
  await cluster.create({ apiVersion, kind: 'Namespace', metadata: { name: namespace } });
  const images = [
    await stage.push({ version: '1.0.0', behaviour: 'serve' }),
    await stage.push({ version: '1.1.0', behaviour: 'crash' }),
  ];
  [serve = '', crash = ''] = images.map(formatReference);
}, 1_500_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

function container(more: object): object {
  return { name: 'web', image: serve, ...more };
}

interface PodSpec {
  readonly containers: readonly object[];
  readonly [field: string]: unknown;
}

function workload(kind: string, name: string, pod: PodSpec, spec: object = {}): object {
  const labels = { app: name };
  const isJob = kind === 'Job';
  return {
    apiVersion: isJob ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name },
    spec: {
      ...(isJob ? {} : { selector: { matchLabels: labels } }),
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, ...pod },
      },
      ...spec,
    },
  };
}

function deployment(name: string, more: object, pod: object = {}): object {
  return workload('Deployment', name, { containers: [container(more)], ...pod });
}

async function rollOut(object: object, timeoutMs: number): Promise<RolloutResult> {
  const { cluster, namespace, logger } = stage;
  const since = new Date();
  const objects = setNamespace(parseManifests(JSON.stringify(object), 'test'), namespace);
  for (const each of objects) await cluster.apply(each, { fieldManager: 'test' });
  return watchRollout(cluster, {
    workloads: objects.map(identify),
    fieldManager: 'slipway-catalog',
    since,
    deadlineMs: systemClock.monotonicMs() + timeoutMs,
    clock: systemClock,
    logger,
    signal: new AbortController().signal,
  });
}

/** More at once, and the one node of the lab falls behind with what it reports. */
const storiesAtOnce = 5;

const httpGet = { path: '/healthz', port: 8080 };
const nobody = { serviceAccountName: 'nobody' };

/** All at once: each has two minutes, and none of them should need them. */
const stories: readonly (readonly [string, () => object, sentence: RegExp, code?: string])[] = [
  [
    'a Deployment',
    () => deployment('ready', { readinessProbe: { httpGet, periodSeconds: 1 } }),
    /^available$/,
  ],
  ['a Deployment without a probe', () => deployment('no-probe', {}), /^available$/],
  [
    'a StatefulSet',
    () => workload('StatefulSet', 'set', { containers: [container({})] }, { serviceName: 'set' }),
    /^available$/,
  ],
  [
    'a DaemonSet',
    () => workload('DaemonSet', 'daemon', { containers: [container({})] }),
    /^available$/,
  ],
  [
    'a crash loop',
    () => deployment('crash', { image: crash }),
    /^Container web of Deployment \S+\/crash exits with code 3 at every start \(2 restarts in \d+ s\)$/,
    'crash-loop',
  ],
  [
    'an image that is not there',
    () => deployment('no-image', { image: `${formatRepository(stage.repository)}:9` }),
    /^Image \S+\/app:9 of container web of Deployment \S+\/no-image does not exist in the registry$/,
    'image-not-found',
  ],
  [
    'a command that is not there',
    () => deployment('no-command', { command: ['/nope'] }),
    /^Container web of Deployment \S+\/no-command cannot be started: exec: "\/nope": stat \/nope: no such file or directory$/,
    'container-cannot-start',
  ],
  [
    'a ConfigMap that is not there',
    () => deployment('no-config', { envFrom: [{ configMapRef: { name: 'nope' } }] }),
    /^Container web of Deployment \S+\/no-config needs ConfigMap \S+\/nope, which does not exist$/,
    'config-missing',
  ],
  [
    'a Secret to mount that is not there',
    () =>
      deployment(
        'no-secret',
        { volumeMounts: [{ name: 'tls', mountPath: '/tls' }] },
        { volumes: [{ name: 'tls', secret: { secretName: 'nope' } }] },
      ),
    /^Pods of Deployment \S+\/no-secret need Secret \S+\/nope, which does not exist$/,
    'config-missing',
  ],
  [
    'too little memory',
    () =>
      deployment('memory', {
        command: ['/bin/sh', '-c', 'x=a; while true; do x=$x$x; done'],
        resources: { limits: { memory: '16Mi' } },
        readinessProbe: { httpGet },
      }),
    /^Container web of Deployment \S+\/memory is killed for using more memory than its limit of 16Mi/,
    'out-of-memory',
  ],
  [
    'an init container that fails',
    () =>
      deployment(
        'init',
        {},
        {
          initContainers: [{ name: 'migrate', image: serve, command: ['/bin/sh', '-c', 'exit 7'] }],
        },
      ),
    /^Init container migrate of Deployment \S+\/init exits with code 7 at every start/,
    'crash-loop',
  ],
  [
    'pods that the API refuses, of a Deployment',
    () => deployment('refused', {}, nobody),
    /^Deployment \S+\/refused may not create its pods: .*serviceaccount "nobody" not found$/,
    'pods-refused',
  ],
  [
    'pods that the API refuses, of a StatefulSet',
    () =>
      workload(
        'StatefulSet',
        'refused-set',
        { containers: [container({})], ...nobody },
        { serviceName: 'x' },
      ),
    /^StatefulSet \S+\/refused-set may not create its pods: .*serviceaccount "nobody" not found$/,
    'pods-refused',
  ],
  [
    'a Job that fails',
    () =>
      workload(
        'Job',
        'job',
        {
          restartPolicy: 'Never',
          containers: [container({ command: ['/bin/sh', '-c', 'exit 4'] })],
        },
        { backoffLimit: 0 },
      ),
    /^Job \S+\/job failed: .* \(container web exited with code 4\)$/,
    'job-failed',
  ],
];

test('what happens in a cluster is told by its cause, long before the deadline', async () => {
  const results: RolloutResult[] = [];
  for (let index = 0; index < stories.length; index += storiesAtOnce) {
    const some = stories.slice(index, index + storiesAtOnce);
    results.push(...(await Promise.all(some.map(([, object]) => rollOut(object(), 120_000)))));
  }

  const told = results.map((result) =>
    result.state === 'failed' ? `${result.failure.code}: ${result.failure.message}` : 'available',
  );
  for (const [index, [name, , sentence, code]] of stories.entries()) {
    const text = told[index]?.replace(`${code ?? ''}: `, '') ?? '';
    expect({ name, text }).toEqual({ name, text: expect.stringMatching(sentence) });
  }
  expect(told.filter((text) => text.includes('not available after'))).toEqual([]);
}, 400_000);

test('what may heal is waited for until the deadline', async () => {
  const results = await Promise.all([
    rollOut(deployment('away', { image: '127.0.0.1:9/app:1' }), 12_000),
    rollOut(deployment('huge', { resources: { requests: { cpu: '1000' } } }), 12_000),
    rollOut(
      deployment('sick', { readinessProbe: { httpGet: { ...httpGet, path: '/nope' } } }),
      12_000,
    ),
  ]);

  const told = results.map((result) => (result.state === 'failed' ? result.failure : undefined));
  expect(told.map((failure) => failure?.code)).toEqual([
    'image-pull-failed',
    'unschedulable',
    'deadline-exceeded',
  ]);
  for (const failure of told) expect(failure?.message).toMatch(/; not available after 12 s$/);
}, 60_000);
