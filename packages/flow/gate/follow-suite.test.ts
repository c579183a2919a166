import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import { createManualClock, type ManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { followSuite } from './follow-suite.js';

const job: KubernetesObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'suite', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' },
};

/** A cluster in which the Job runs and nothing ever changes. */
function createQuietCluster(item: KubernetesObject = job): Cluster {
  return {
    ...createClusterInMemory(),
    list: ({ kind }) =>
      Promise.resolve({ resourceVersion: '1', items: kind === 'Job' ? [item] : [] }),
    watch: async function* (_type, { signal }) {
      yield await Promise.resolve({ type: 'bookmark' as const, resourceVersion: '2' });
      if (signal.aborted) return;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
}

function logWith(clock: ManualClock) {
  const logger = createRecordingLogger();
  const times: number[] = [];
  const info = (line: string): void => {
    times.push(clock.monotonicMs());
    logger.info(line);
  };
  return { times, logger: { ...logger, info } };
}

test('it says at least every 15 s what it waits for, and when it is too late', async () => {
  const clock = createManualClock();
  const { logger, times } = logWith(clock);
  const { signal } = new AbortController();

  const { end } = await followSuite(createQuietCluster(), job, {
    clock,
    logger,
    signal,
    timeoutMs: 62_000,
  });

  const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
  expect(Math.max(...gaps, 62_000 - (times.at(-1) ?? 0))).toBeLessThanOrEqual(15_000);
  expect(logger.lines).toContain(
    'waiting for Job shop/suite: 0 of 1 completions, 10 s of 1 min 2 s',
  );
  expect(end).toEqual({
    kind: 'broken',
    sentence: 'it did not end within 1 min 2 s: 0 of 1 completions',
    fix: 'Look in its log for what it waits for, or raise the input timeout.',
  });
});

test('a cancelled run stops waiting', async () => {
  const clock = createManualClock();
  const cancelled = new AbortController();
  const reason = new Error('interrupted');
  const cluster = createQuietCluster();
  const list: Cluster['list'] = (...of) => {
    cancelled.abort(reason);
    return cluster.list(...of);
  };

  const followed = followSuite({ ...cluster, list }, job, {
    clock,
    logger: createRecordingLogger(),
    signal: cancelled.signal,
    timeoutMs: 60_000,
  });

  await expect(followed).rejects.toBe(reason);
});

test('what the cluster says is one line, without commands to the runner or the terminal', async () => {
  const message = 'too late\n::error::forged\u001b[2J';
  const failed = { type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message };
  const logger = createRecordingLogger();

  const { end } = await followSuite(
    createQuietCluster({ ...job, status: { conditions: [failed] } }),
    job,
    {
      clock: createManualClock(),
      logger,
      signal: new AbortController().signal,
      timeoutMs: 60_000,
    },
  );

  expect(end).toMatchObject({ kind: 'broken', sentence: expect.stringContaining('too late') });
  expect(JSON.stringify([end, logger.lines])).not.toMatch(/\\n|\\u/);
});
