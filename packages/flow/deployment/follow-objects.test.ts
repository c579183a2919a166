import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { ClusterError } from '@slipway/io/cluster';
import { baseScene, playWatch, type Scene, type WatchPlay } from '@slipway/testing/rollout';
import { watchRollout } from './watch.js';

const run = (play: WatchPlay) => playWatch(watchRollout, play);

const start: Scene = [0, ...baseScene({ observed: 1, updated: 0, total: 3 })];
const done: Scene = [4, ...baseScene({ updated: 3, total: 3 })];

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

  test('goes on when an API server that was restarted does not know yet who may do what', async () => {
    const { result } = await run({
      scenes: [start, [8, ...baseScene()], [20, ...baseScene({ updated: 3, total: 3 })]],
      intercept: (request, times) => {
        if (request === 'watch Pod' && times <= 8) return 'end';
        if (request === 'watch Pod' && times <= 10)
          throw new ClusterError('cluster-denied', 'forbidden', { status: 403 });
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
