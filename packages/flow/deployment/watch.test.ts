import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { ClusterError } from '@slipway/io/cluster';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  appliedAt,
  baseScene,
  ended,
  playWatch,
  pod,
  running,
  waiting,
  type Scene,
  type WatchPlay,
} from '@slipway/testing/rollout';
import { watchRollout } from './watch.js';

const run = (play: WatchPlay) => playWatch(watchRollout, play);

const start: Scene = [0, ...baseScene({ observed: 1, updated: 0, total: 3 })];
const done: Scene = [4, ...baseScene({ updated: 3, total: 3 })];

function crashed(restarts: number, from: number): KubernetesObject {
  const last = ended(3, [from, from + 1]);
  const container = { restarts, state: waiting('CrashLoopBackOff'), last };
  return pod({ phase: 'Running', container });
}

describe('a rollout', () => {
  test('is done when everything is available, and tells each step', async () => {
    const { result, lines, open } = await run({ scenes: [start, [1, ...baseScene()], done] });

    expect(result).toMatchObject({ state: 'available', durationMs: 4000 });
    expect(lines).toEqual([
      'Deployment shop/catalog: 1 of 3 replicas updated',
      'Deployment shop/catalog: 3 of 3 replicas available',
    ]);
    expect(open).toBe(0);
  });

  test('fails at the first thing that cannot heal', async () => {
    const { result, lines, open } = await run({
      scenes: [
        start,
        [1, ...baseScene()],
        [2, ...baseScene(), crashed(0, 1)],
        [19, ...baseScene(), crashed(2, 18)],
      ],
    });

    expect(result).toMatchObject({
      state: 'failed',
      failure: {
        code: 'crash-loop',
        message:
          'Container catalog of Deployment shop/catalog exits with code 3 at every start (2 restarts in 18 s)',
      },
      finding: { fault: 'candidate', pod: 'catalog-1', exitCode: 3 },
    });
    expect(lines).toEqual([
      'Deployment shop/catalog: 1 of 3 replicas updated',
      'Container catalog of Deployment shop/catalog exited with code 3; it may heal, waiting',
      'waiting for Deployment shop/catalog: 1 of 3 replicas updated, 17 s of 1 min',
    ]);
    expect(open).toBe(0);
  });

  test.each<[string, readonly KubernetesObject[], string, string]>([
    [
      'by what may still have healed',
      [pod({ container: { state: waiting('ImagePullBackOff', 'unexpected status 503') } })],
      'image-pull-failed',
      'Image r.io/catalog:2 of container catalog of Deployment shop/catalog cannot be pulled: unexpected status 503; not available after 20 s',
    ],
    [
      'by a container that never gets ready',
      [pod({ phase: 'Running', container: { state: running(1) } })],
      'deadline-exceeded',
      'Container catalog of Deployment shop/catalog runs but is not ready; not available after 20 s',
    ],
    [
      'by its step, when nothing else is known',
      [],
      'deadline-exceeded',
      'Deployment shop/catalog: 1 of 3 replicas updated; not available after 20 s',
    ],
  ])('that is late is explained %s', async (_name, objects, code, message) => {
    const { result } = await run({
      scenes: [[0, ...baseScene(), ...objects]],
      timeoutMs: 20_000,
    });

    expect(result).toMatchObject({ state: 'failed', failure: { code, message } });
  });

  test('without workloads is done', async () => {
    const { logger, clock } = { logger: createRecordingLogger(), clock: createManualClock() };

    const result = await watchRollout(createClusterInMemory(), {
      workloads: [],
      fieldManager: 'slipway-catalog',
      since: appliedAt,
      deadlineMs: 1000,
      clock,
      logger,
      signal: new AbortController().signal,
    });

    expect(result).toMatchObject({ state: 'available', durationMs: 0 });
  });
});

const object = (apiVersion: string, kind: string, rest: object): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: 'catalog', namespace: 'shop', uid: kind, generation: 1 },
  ...rest,
});

test('a container that is not ready is worth a line once its probe has been asked often enough', async () => {
  const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1, timeoutSeconds: 2 };
  const container = { state: running(1), spec: { readinessProbe } };
  const slow = [...baseScene(), pod({ phase: 'Running', container })];

  const [early, late] = await Promise.all(
    [5000, 7000].map((timeoutMs) => run({ scenes: [[0, ...slow]], timeoutMs })),
  );

  const line =
    'Container catalog of Deployment shop/catalog runs but is not ready; it may heal, waiting';
  expect(early?.lines).not.toContain(line);
  expect(late?.lines).toContain(line);
});

describe('what may have no controller', () => {
  const balancer = object('v1', 'Service', { spec: { type: 'LoadBalancer' } });
  const ready = baseScene({ updated: 3, total: 3 });

  test.each([
    ['a minute after everything else', 600_000, 70_000],
    ['at most until the deadline', 20_000, 20_000],
  ])('is waited for %s, and then only told', async (_name, timeoutMs, durationMs) => {
    const early: Scene = [0, ...baseScene(), balancer];
    const late: Scene = [10, ...ready, balancer];

    const { result, lines } = await run({ scenes: [early, late], more: [balancer], timeoutMs });

    expect(result).toMatchObject({ state: 'available', durationMs });
    expect(lines.at(-1)).toBe(
      '[warning] Service shop/catalog: no load balancer has given it an address yet; everything else is there, so it is not waited for longer',
    );
  });

  test('is available as soon as its controller says so', async () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
    const { result, lines } = await run({
      scenes: [
        [0, ...ready, balancer],
        [3, ...ready, { ...balancer, status }],
      ],
      more: [balancer],
    });

    expect(result).toMatchObject({ state: 'available', durationMs: 3000 });
    expect(lines.at(-1)).toBe('Service shop/catalog: reached at 192.0.2.1');
  });
});

test('a custom resource is waited for by its conditions', async () => {
  const zone = object('example.io/v1', 'Zone', {
    status: { conditions: [{ type: 'Ready', status: 'False', message: 'no address' }] },
  });
  const { result } = await run({
    scenes: [[0, ...baseScene({ updated: 3, total: 3 }), zone]],
    more: [zone],
    timeoutMs: 20_000,
  });

  expect(result).toMatchObject({
    state: 'failed',
    failure: {
      code: 'deadline-exceeded',
      message: 'Zone shop/catalog: no address; not available after 20 s',
    },
  });
});

test('a Secret that something in the cluster is about to make is waited for', async () => {
  const message = 'secret "catalog-db" not found';
  const starved = pod({ container: { state: waiting('CreateContainerConfigError', message) } });
  const maker = object('external-secrets.io/v1', 'ExternalSecret', {
    spec: { target: { name: 'catalog-db' } },
  });
  const scenes: readonly Scene[] = [[0, ...baseScene(), starved, maker]];

  const told = await Promise.all(
    [['ExternalSecret'], []].map(async (knows) => {
      const { result } = await run({ scenes, knows, timeoutMs: 30_000 });
      return result.state === 'failed' ? result.failure.message : '';
    }),
  );

  const who = 'Container catalog of Deployment shop/catalog needs Secret shop/catalog-db';
  expect(told).toEqual([
    `${who}, which ExternalSecret shop/catalog has not made yet; not available after 30 s`,
    `${who}, which does not exist`,
  ]);
});

test('what is available with a catch is told as a warning', async () => {
  const conditions = [
    { type: 'AbleToScale', status: 'True' },
    { type: 'ScalingActive', status: 'False', reason: 'NoMetrics', message: 'no metrics' },
  ];
  const autoscaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', {
    status: { conditions },
  });
  const { result, lines } = await run({
    scenes: [[0, ...baseScene({ updated: 3, total: 3 }), autoscaler]],
    more: [autoscaler],
  });

  expect(result.state).toBe('available');
  expect(lines).toContain(
    '[warning] HorizontalPodAutoscaler shop/catalog: it scales nothing for now: no metrics',
  );
});

test.each(['list', 'watch'])(
  'what may not be read (%s) is told, and not waited for',
  async (verb) => {
    const zone = object('example.io/v1', 'Zone', {});
    const { result, lines } = await run({
      scenes: [[0, ...baseScene({ updated: 3, total: 3 })]],
      more: [zone],
      intercept: (request) => {
        if (request === `${verb} Zone`)
          throw new ClusterError('cluster-denied', 'no', { status: 403 });
        return undefined;
      },
    });

    expect(result).toMatchObject({ state: 'available', durationMs: 0 });
    expect(lines[0]).toBe(
      '[warning] Zone objects in shop cannot be read, so a failure may have no cause: grant list and watch',
    );
  },
);
