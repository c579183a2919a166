import { describe, expect, test } from '@jest/globals';
import {
  baseScene,
  ended,
  event,
  playToEnd,
  pod,
  running,
  waiting,
  withPod,
  type Row,
  type Scene,
} from '@slipway/testing/rollout';
import { parseManifests, type KubernetesObject } from '../manifest/index.js';

const base = baseScene();
const Who = 'Container catalog of Deployment shop/catalog';
const crash: readonly Scene[] = [
  [0, ...base],
  [2, ...base, pod({ phase: 'Running', container: { state: ended(3, [2, 3]) } })],
  [
    3,
    ...base,
    pod({
      phase: 'Running',
      container: { restarts: 1, state: running(3), last: ended(3, [2, 3]) },
    }),
  ],
  [
    4,
    ...base,
    pod({
      phase: 'Running',
      container: { restarts: 1, state: waiting('CrashLoopBackOff'), last: ended(3, [3, 4]) },
    }),
  ],
  [
    15,
    ...base,
    pod({
      phase: 'Running',
      container: { restarts: 2, state: running(15), last: ended(3, [3, 4]) },
    }),
  ],
  [
    16,
    ...base,
    pod({
      phase: 'Running',
      container: { restarts: 2, state: waiting('CrashLoopBackOff'), last: ended(3, [15, 16]) },
    }),
  ],
];

describe('containers that end: what cannot heal is told', () => {
  test.each<Row>([
    [
      'a crash loop, when the third run has failed',
      crash,
      16,
      'crash-loop candidate CrashLoopBackOff 3',
      `${Who} exits with code 3 at every start (2 restarts in 14 s)`,
    ],
    [
      'a container without a readiness probe that is ready for a second each time',
      crash.map(([at, ...objects]) => [at, ...objects.map(withoutProbe)]),
      16,
      'crash-loop candidate CrashLoopBackOff 3',
      `${Who} exits with code 3 at every start (2 restarts in 14 s)`,
    ],
    [
      'a program that ends as if it were done',
      withPod({
        container: { restarts: 2, state: waiting('CrashLoopBackOff'), last: ended(0, [1, 1]) },
      }),
      2,
      'crash-loop candidate CrashLoopBackOff 0',
      `${Who} exits with code 0 at every start (2 restarts)`,
    ],
    [
      'too little memory',
      withPod({
        container: {
          restarts: 2,
          state: ended(137, [20, 21], 'OOMKilled'),
          last: ended(137, [9, 10], 'OOMKilled'),
          spec: { resources: { limits: { memory: '64Mi' } } },
        },
      }),
      2,
      'out-of-memory candidate OOMKilled 137',
      `${Who} is killed for using more memory than its limit of 64Mi at every start (2 restarts in 12 s)`,
    ],
    [
      'a liveness probe that always fails',
      withPod(
        {
          container: {
            restarts: 2,
            state: waiting('CrashLoopBackOff'),
            last: ended(0, [2, 9]),
            spec: { livenessProbe: { httpGet: { port: 'http', path: '/alive' } } },
          },
        },
        event({
          about: 'catalog-1',
          container: 'catalog',
          reason: 'Killing',
          message: 'Container catalog failed liveness probe, will be restarted',
        }),
        event({
          about: 'catalog-1',
          container: 'catalog',
          reason: 'Unhealthy',
          message: 'Liveness probe failed: HTTP probe failed with statuscode: 404',
        }),
      ),
      2,
      'crash-loop candidate CrashLoopBackOff 0',
      `${Who} is killed by its liveness probe GET :http/alive (2 restarts in 7 s): HTTP probe failed with statuscode: 404`,
    ],
    [
      'an init container that always fails',
      withPod({
        container: { state: waiting('PodInitializing') },
        initContainer: { restarts: 2, state: ended(7, [14, 15]), last: ended(7, [3, 4]) },
      }),
      2,
      'crash-loop candidate Error 7',
      'Init container init of Deployment shop/catalog exits with code 7 at every start (2 restarts in 12 s)',
    ],
    [
      'a sidecar that always fails',
      withPod({
        initContainer: {
          restarts: 2,
          state: waiting('CrashLoopBackOff'),
          last: ended(1, [3, 4]),
          spec: { restartPolicy: 'Always' },
        },
      }),
      2,
      'crash-loop candidate CrashLoopBackOff 1',
      'Sidecar init of Deployment shop/catalog exits with code 1 at every start (2 restarts in 1 s)',
    ],
  ])('%s', (_name, scenes, at, kind, sentence) => {
    expect(playToEnd(scenes)).toEqual({ severity: 'terminal', at, kind, sentence });
  });
});

describe('containers that end: what may heal is waited for', () => {
  test.each<[string, readonly Scene[], string | undefined]>([
    [
      'a start that takes long',
      withPod(
        {
          phase: 'Running',
          container: {
            state: running(2),
            spec: { readinessProbe: { httpGet: { port: 8080, path: '/healthz' } } },
          },
        },
        event({
          about: 'catalog-1',
          container: 'catalog',
          reason: 'Unhealthy',
          message: 'Readiness probe failed: connection refused',
        }),
      ),
      `${Who} runs but is not ready: its readiness probe GET :8080/healthz fails: connection refused`,
    ],
    [
      'one restart, then ready',
      [
        ...withPod({ container: { state: ended(1, [1, 2]) } }),
        [
          4,
          ...base,
          pod({
            phase: 'Running',
            container: { ready: true, restarts: 1, state: running(3), last: ended(1, [1, 2]) },
          }),
        ],
      ],
      undefined,
    ],
    [
      'one restart, then a slow start',
      withPod({ container: { restarts: 1, state: running(3), last: ended(1, [1, 2]) } }),
      `${Who} exited with code 1 (1 restart in 1 s)`,
    ],
    [
      'restarts that lie before a good run',
      [
        ...withPod({
          phase: 'Running',
          container: { ready: true, restarts: 1, state: running(3), last: ended(1, [1, 2]) },
        }),
        [
          40,
          ...base,
          pod({
            container: { restarts: 2, state: waiting('CrashLoopBackOff'), last: ended(1, [3, 39]) },
          }),
        ],
      ],
      `${Who} exited with code 1 (1 restart in 36 s)`,
    ],
    [
      'restarts of long ago in a pod that a rollback found well',
      [
        [
          0,
          ...base,
          pod({
            created: -3600,
            phase: 'Running',
            container: {
              ready: true,
              restarts: 9,
              state: running(-60),
              last: ended(1, [-90, -80]),
            },
          }),
        ],
      ],
      undefined,
    ],
    [
      'an init container that is done',
      withPod({
        container: { state: waiting('PodInitializing') },
        initContainer: { state: ended(0, [1, 2]) },
      }),
      undefined,
    ],
  ])('%s', (_name, scenes, sentence) => {
    const { severity, at, sentence: told } = playToEnd(scenes);

    expect({ at, sentence: told }).toEqual({ at: 120, sentence });
    expect(severity).not.toBe('terminal');
  });
});

function withoutProbe(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Pod') return object;
  const text = JSON.stringify(object).replaceAll(/,"readinessProbe":\{\}/g, '');
  const isRunning = text.includes('"running"');
  const [pod] = parseManifests(
    isRunning ? text.replace('"ready":false', '"ready":true') : text,
    '',
  );
  return pod ?? object;
}
