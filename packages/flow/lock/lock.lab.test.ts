import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { openLab, type Lab } from '@slipway/lab/parts';
import { createRecordingLogger } from '@slipway/testing/logger';
import { randomBytes } from 'node:crypto';
import { acquireLock, type Lock } from './index.js';

const namespace = `lock-${randomBytes(4).toString('hex')}`;
const logger = createRecordingLogger();
const signal = new AbortController().signal;

let lab: Lab;
let cluster: Cluster;

beforeAll(async () => {
  lab = await openLab();
  const { kubeconfig, context } = await lab.cluster('test');
  cluster = await openCluster({
    kubeconfig,
    context,
    kubectl: await lab.program('kubectl'),
    logger,
    clock: systemClock,
    signal,
  });
}, 1_500_000);

afterAll(async () => {
  await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  await cluster.close();
  await lab.close();
}, 60_000);

function acquire(service: string, runId: string, waitMs = 30_000): Promise<Lock> {
  return acquireLock(cluster, {
    service,
    namespace,
    holder: { repository: 'acme/shop', runId, attempt: 1 },
    durationMs: 8000,
    waitMs,
    clock: systemClock,
    logger,
    signal,
  });
}

test('the API’s own Lease: made with its namespace, renewed, acknowledged, handed on', async () => {
  const first = await acquire('catalog', '1');
  await first.acknowledge('1@sha256:abc');
  await systemClock.sleep(6000);
  first.assertHeld();
  await first.release();

  const second = await acquire('catalog', '2');
  second.assertHeld();
  await second.release();

  expect(second.lease).toEqual({ ...first.lease, transitions: 1 });
  expect(second.acknowledged).toBe('1@sha256:abc');
}, 30_000);

test('of many that ask at once, one holds it at a time', async () => {
  let holders = 0;
  const runs = Array.from({ length: 5 }, async (_, index) => {
    const lock = await acquire('crowd', String(index), 60_000);
    holders += 1;
    expect(holders).toBe(1);
    await systemClock.sleep(50);
    lock.assertHeld();
    holders -= 1;
    await lock.release();
    return lock.lease.transitions;
  });

  const transitions = await Promise.all(runs);

  expect(transitions.sort()).toEqual([0, 1, 2, 3, 4]);
}, 60_000);

test('a holder that was deleted under its hands stops', async () => {
  const lock = await acquire('gone', '1');

  await cluster.remove({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    name: 'slipway-gone',
    namespace,
  });
  const thrown: unknown = await lock.acknowledge('1@sha256:abc').catch((error: unknown) => error);

  expect(thrown).toBeInstanceOf(SlipwayError);
  expect(thrown).toMatchObject({
    code: 'lock-lost',
    message: `Lease ${namespace}/slipway-gone is no longer ours: somebody deleted it`,
  });
  await lock.release();
}, 30_000);
