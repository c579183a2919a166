import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import {
  ClusterError,
  type Cluster,
  type ResourceType,
  type WatchEvent,
} from '@slipway/io/cluster';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import {
  appliedAt,
  baseScene,
  deployment,
  ended,
  pod,
  running,
  waiting,
  type Scene,
} from '@slipway/testing/rollout';
import { watchRollout } from './watch.js';

/** Lets everything else go on before time does. */
function createPatientClock(): Clock {
  const clock = createManualClock(appliedAt);
  return {
    ...clock,
    sleep: async (ms, signal) => {
      await takeTurns();
      await clock.sleep(ms, signal);
    },
  };
}

async function takeTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

interface Play {
  readonly scenes: readonly Scene[];
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called before each `list Pod` and `watch Pod`; what it throws is the answer, `end` ends a watch at once. */
  readonly intercept?: (request: string, times: number) => 'end' | undefined;
}

/** A cluster that shows one scene after the other, and the watch of it. */
async function run({ scenes, timeoutMs = 60_000, signal, intercept }: Play) {
  const clock = createPatientClock();
  const logger = createRecordingLogger();
  const requests: string[] = [];
  let open = 0;
  const sceneNow = (): Scene => scenes.findLast(([at]) => at * 1000 <= clock.monotonicMs()) ?? [0];
  const read = ([, ...objects]: Scene, { kind }: ResourceType): readonly KubernetesObject[] =>
    objects.filter((object) => object.kind === kind);
  const receive = (verb: string, { kind }: ResourceType): 'end' | undefined => {
    const request = `${verb} ${kind}`;
    requests.push(request);
    return intercept?.(request, requests.filter((each) => each === request).length);
  };
  async function* watch(
    type: ResourceType,
    options: Parameters<Cluster['watch']>[1],
  ): AsyncGenerator<WatchEvent> {
    if (receive('watch', type) === 'end') return;
    open += 1;
    let known = sceneNow();
    while (!options.signal.aborted) {
      const scene = sceneNow();
      if (scene !== known) {
        for (const object of read(scene, type)) yield { type: 'modified', object };
        known = scene;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    open -= 1;
  }
  const cluster: Cluster = {
    ...createClusterInMemory(),
    list: (type) => {
      receive('list', type);
      const items = read(sceneNow(), type);
      return Promise.resolve({ resourceVersion: '1', items });
    },
    watch,
  };
  const result = await watchRollout(cluster, {
    workloads: [identify(deployment())],
    since: appliedAt,
    deadlineMs: timeoutMs,
    clock,
    logger,
    signal: signal ?? new AbortController().signal,
  });
  return { result, lines: logger.lines, requests, open };
}

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
      since: appliedAt,
      deadlineMs: 1000,
      clock,
      logger,
      signal: new AbortController().signal,
    });

    expect(result).toMatchObject({ state: 'available', durationMs: 0 });
  });
});

describe('the watch', () => {
  test('lists again what is too old', async () => {
    const { result, requests } = await run({
      scenes: [start, [3, ...baseScene({ updated: 3, total: 3 })]],
      intercept: (request, times) => {
        if (request === 'watch Pod' && times === 1) {
          throw new ClusterError('cluster-refused', 'too old resource version', { status: 410 });
        }
        return undefined;
      },
    });

    expect(result.state).toBe('available');
    expect(requests.filter((request) => request.endsWith(' Pod'))).toEqual([
      'list Pod',
      'watch Pod',
      'list Pod',
      'watch Pod',
    ]);
  });

  test('watches again, without listing, what the server ends', async () => {
    const { result, requests } = await run({
      scenes: [start, done],
      intercept: (request, times) => (request === 'watch Pod' && times <= 2 ? 'end' : undefined),
    });

    expect(result.state).toBe('available');
    expect(requests.filter((request) => request.endsWith(' Pod'))).toEqual([
      'list Pod',
      'watch Pod',
      'watch Pod',
      'watch Pod',
    ]);
  });

  test('goes on when the cluster is away for a while', async () => {
    const { result } = await run({
      scenes: [start, done],
      intercept: (request, times) => {
        if (request === 'watch Deployment' && times <= 3) {
          throw new ClusterError('cluster-unreachable', 'the cluster cannot be reached');
        }
        return undefined;
      },
    });

    expect(result.state).toBe('available');
  });

  test('does without events where they may not be read', async () => {
    const { result, lines } = await run({
      scenes: [[0, ...baseScene({ updated: 3, total: 3 })]],
      intercept: (request) => {
        if (request.endsWith(' Event')) {
          throw new ClusterError('cluster-denied', 'forbidden', { status: 403 });
        }
        return undefined;
      },
    });

    expect(result.state).toBe('available');
    expect(lines[0]).toBe(
      '[warning] Event objects in shop cannot be read, so a failure may have no cause: grant list and watch',
    );
  });

  test('tells what it may not read', async () => {
    const denied = new ClusterError('cluster-denied', 'may not list Pod objects', { status: 403 });

    const work = run({
      scenes: [start],
      intercept: (request) => {
        if (request === 'list Pod') throw denied;
        return undefined;
      },
    });

    await expect(work).rejects.toBe(denied);
  });

  test('ends with the reason of the one who stops it', async () => {
    const controller = new AbortController();
    const reason = new SlipwayError('interrupted', 'interrupted by SIGINT');

    const work = run({
      scenes: [start],
      signal: controller.signal,
      intercept: (request) => {
        if (request === 'watch Pod') controller.abort(reason);
        return undefined;
      },
    });

    await expect(work).rejects.toBe(reason);
  });
});
