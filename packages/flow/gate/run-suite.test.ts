import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster, type LogRequest } from '@slipway/io/cluster';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { runSuite, type SuiteOutcome } from './run-suite.js';

const metadata = { name: 'suite', namespace: 'shop' };
const job = { apiVersion: 'batch/v1', kind: 'Job', metadata };
const complete = { ...job, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'tests' }] } };

/** A cluster in which the Job is over at once, with the log of its container. */
function createDoneCluster(log: string) {
  const memory = createClusterInMemory();
  const found: Readonly<Record<string, KubernetesObject>> = { Job: complete, Pod: pod };
  const cluster: Cluster = {
    ...memory,
    list: ({ kind }) => {
      const item = found[kind];
      const items = item === undefined ? [] : [item];
      return Promise.resolve({ resourceVersion: '1', items });
    },
    readLog: (request) => Promise.resolve(readLikeTheApi(log, request)),
  };
  return { cluster, memory };
}

/** The last lines, and of those the first 1000 bytes. */
function readLikeTheApi(log: string, { tailLines }: LogRequest): string {
  const lines = log.split(/(?<=\n)/);
  return lines.slice(-tailLines).join('').slice(0, 1000);
}

function run(cluster: Cluster, logger = createRecordingLogger()): Promise<SuiteOutcome> {
  const { signal } = new AbortController();
  return runSuite(cluster, job, { clock: createManualClock(), logger, signal, timeoutMs: 60_000 });
}

test('the Job is created, read and deleted', async () => {
  const { cluster, memory } = createDoneCluster('ok\n');

  const { end, logs } = await run(cluster);

  expect(end).toEqual({ kind: 'ended', exitCode: 0 });
  expect(logs).toEqual([{ container: 'tests', text: 'ok\n' }]);
  expect(memory.requests).toEqual([
    'get Job shop/suite',
    'apply Job shop/suite',
    'delete Job shop/suite',
  ]);
});

test.each([
  ['without lines', '', ''],
  ['that is short', 'a\nb', 'a\nb'],
  [
    'that is longer than an answer: its end',
    `${'a line\n'.repeat(1000)}<testsuite/>\n`,
    `${'a line\n'.repeat(127)}<testsuite/>\n`,
  ],
  ['whose last line is too long alone', `a\n${'x'.repeat(2000)}`, 'x'.repeat(1000)],
])('a log %s', async (_name, log, expected) => {
  const { cluster } = createDoneCluster(log);

  const { logs } = await run(cluster);

  expect(logs[0]?.text).toBe(expected);
});

test('a Job that is there is not touched', async () => {
  const { cluster, memory } = createDoneCluster('');
  await memory.create(job);

  const running = run(cluster);

  await expect(running).rejects.toMatchObject({
    code: 'integration-errored',
    message: 'Job shop/suite is there already',
  });
  expect(memory.requests).toEqual(['create Job shop/suite', 'get Job shop/suite']);
});

test('the Job is deleted when its log cannot be read', async () => {
  const { cluster, memory } = createDoneCluster('');
  const denied = new ClusterError('cluster-denied', 'no log for you', { status: 403 });

  const running = run({ ...cluster, readLog: () => Promise.reject(denied) });

  await expect(running).rejects.toBe(denied);
  expect(memory.requests.at(-1)).toBe('delete Job shop/suite');
});

test('that it cannot be deleted is told, and hides nothing', async () => {
  const { cluster } = createDoneCluster('ok');
  const logger = createRecordingLogger();
  const denied = new ClusterError('cluster-denied', 'no deletion for you', { status: 403 });

  const { end } = await run({ ...cluster, remove: () => Promise.reject(denied) }, logger);

  expect(end).toEqual({ kind: 'ended', exitCode: 0 });
  expect(logger.lines).toContain(
    '[warning] Job shop/suite could not be deleted: no deletion for you',
  );
});
