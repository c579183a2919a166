import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { isRecord, recordsAt, recordAt } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { runCommand } from '@slipway/io/command';
import { openLab, type Lab } from '@slipway/lab/parts';
import { lockFailureOf } from '@slipway/testing/lock';
import { createRecordingLogger } from '@slipway/testing/logger';
import { startTcpGate, type TcpGate } from '@slipway/testing/proxy';
import { acquireLock, type Lock } from './index.js';

const namespace = `away-${randomBytes(4).toString('hex')}`;
const durationMs = 8000;
const folder = mkdtempSync(join(tmpdir(), 'slipway-away-'));
const logger = createRecordingLogger();
const { signal } = new AbortController();

let lab: Lab;
let kubectl: string;
let direct: Cluster;
let gate: TcpGate;
let throughGate: Cluster;

/** The same cluster, at an address that can be cut off. */
async function openThroughGate(kubeconfig: string, server: string): Promise<Cluster> {
  gate = await startTcpGate(new URL(server).host);
  const view = ['config', 'view', '--raw', '--flatten', '--output=json'];
  const { stdout } = await runCommand([kubectl, `--kubeconfig=${kubeconfig}`, ...view]);
  const config: unknown = JSON.parse(stdout);
  const clusters = recordsAt(config, 'clusters').map((entry) => ({
    ...entry,
    cluster: {
      ...recordAt(entry, 'cluster'),
      server: `https://${gate.host}`,
      'tls-server-name': new URL(server).hostname,
    },
  }));
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, JSON.stringify({ ...(isRecord(config) ? config : {}), clusters }));
  return openCluster({ kubeconfig: file, kubectl, logger, clock: systemClock, signal });
}

beforeAll(async () => {
  lab = await openLab();
  const { kubeconfig, context, server } = await lab.cluster('test');
  kubectl = await lab.program('kubectl');
  direct = await openCluster({ kubeconfig, context, kubectl, logger, clock: systemClock, signal });
  throughGate = await openThroughGate(kubeconfig, server);
}, 1_500_000);

afterAll(async () => {
  await direct.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  await throughGate.close();
  await direct.close();
  await gate.close();
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

beforeEach(() => gate.set('open'));
afterEach(() => gate.set('open'));

function acquire(cluster: Cluster, service: string, runId: string): Promise<Lock> {
  return acquireLock(cluster, {
    service,
    namespace,
    holder: { repository: 'acme/shop', runId, attempt: 1 },
    durationMs,
    waitMs: 60_000,
    clock: systemClock,
    logger,
    signal,
  });
}

test.each(['cut', 'silent'] as const)(
  'an API server that is away for less than half of the duration (%s) does no harm',
  async (state) => {
    const service = `short-${state}`;
    const lock = await acquire(throughGate, service, '1');

    gate.set(state);
    const acknowledging = lock.acknowledge('1@sha256:abc');
    await systemClock.sleep(durationMs / 8);
    gate.set('open');
    await acknowledging;
    await systemClock.sleep(durationMs);

    expect(lock.signal.aborted).toBe(false);
    await lock.release();
    const next = await acquire(direct, service, '2');
    expect(next.acknowledged).toBe('1@sha256:abc');
    await next.release();
  },
  60_000,
);

test.each(['cut', 'silent'] as const)(
  'one that is away for longer (%s) costs the lock, which another one then has alone',
  async (state) => {
    const service = `long-${state}`;
    const lock = await acquire(throughGate, service, '1');

    gate.set(state);
    const next = await acquire(direct, service, '2');
    const failure = await lockFailureOf(() => lock.assertHeld());
    gate.set('open');
    const acknowledging = await lockFailureOf(lock.acknowledge('9@sha256:late'));
    await lock.release();

    expect([failure.code, acknowledging.code]).toEqual(['lock-lost', 'lock-lost']);
    expect(next.lease.transitions).toBe(lock.lease.transitions + 1);
    next.assertHeld();
    await next.acknowledge('2@sha256:def');
    expect(next.acknowledged).toBe('2@sha256:def');
    await next.release();
  },
  60_000,
);
