import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import type { KubernetesObject } from '@slipway/core/manifest';
import { ClusterError } from '@slipway/io/cluster';
import { createSteppedClock, type SteppedClock } from '@slipway/testing/clock';
import { createClusterInMemory, type ClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { acquireLock, type Lock } from './index.js';

const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  name: 'slipway-catalog',
  namespace: 'shop',
};
const away = new ClusterError('cluster-unreachable', 'the cluster cannot be reached');

interface Stage {
  readonly cluster: ClusterInMemory;
  readonly clock: SteppedClock;
  readonly logger: RecordingLogger;
  /** Asks for the lock as another run, with a clock that shows another time. */
  readonly acquire: (runId: string, waitMs?: number) => Promise<Lock>;
  readonly read: () => Promise<Readonly<Record<string, unknown>>>;
}

async function setStage(): Promise<Stage> {
  const cluster = createClusterInMemory();
  const clock = createSteppedClock();
  const logger = createRecordingLogger();
  for (const name of ['kube-system', 'shop']) {
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  return {
    cluster,
    clock,
    logger,
    acquire: (runId, waitMs = 60_000) =>
      acquireLock(cluster, {
        service: 'catalog',
        namespace: 'shop',
        holder: { repository: 'acme/shop', runId, attempt: 1 },
        waitMs,
        clock,
        logger,
        signal: new AbortController().signal,
      }),
    read: async () => {
      const found: KubernetesObject | undefined = await cluster.get(lease);
      const spec = found?.['spec'];
      if (typeof spec !== 'object' || spec === null) throw new Error('there is no Lease');
      return { ...spec, annotations: found?.metadata.annotations };
    },
  };
}

async function failureOf(work: Promise<unknown> | (() => void)): Promise<SlipwayError> {
  const thrown: unknown = await (
    typeof work === 'function' ? Promise.resolve().then(work) : work
  ).catch((error: unknown) => error);
  if (!(thrown instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(thrown)}`);
  return thrown;
}

describe('taking it', () => {
  test('makes the Lease, and says who holds it', async () => {
    const { acquire, read } = await setStage();

    const lock = await acquire('7');

    expect(lock.holder).toMatch(/^acme\/shop\/7\/1\/[0-9a-f]{16}$/);
    expect(lock.lease).toEqual({ clusterUid: 'uid-1', leaseUid: 'uid-3', transitions: 0 });
    expect(await read()).toMatchObject({
      holderIdentity: lock.holder,
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
    });
    await lock.release();
  });

  test('makes the namespace that is not there', async () => {
    const { cluster, acquire, logger } = await setStage();
    await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' });

    const lock = await acquire('7');

    expect(cluster.requests).toContain('apply Namespace shop');
    expect(logger.lines).toEqual(['made the namespace shop']);
    await lock.release();
  });

  test('who may not look at namespaces works in one that exists', async () => {
    const { cluster, acquire } = await setStage();
    cluster.intercept = (request) => {
      if (request !== 'get Namespace shop') return;
      throw new ClusterError('cluster-denied', 'not allowed', { status: 403 });
    };

    const lock = await acquire('7');

    expect(cluster.requests).not.toContain('apply Namespace shop');
    await lock.release();
  });

  test('each change of holder is counted, and what was acknowledged stays', async () => {
    const { acquire, read } = await setStage();
    const first = await acquire('7');
    await first.acknowledge('3@sha256:abc');
    await first.release();

    const second = await acquire('8');

    expect(first.lease.transitions).toBe(0);
    expect(second.lease.transitions).toBe(1);
    expect(second.acknowledged).toBe('3@sha256:abc');
    expect(await read()).toMatchObject({ annotations: { 'slipway.dev/ledger': '3@sha256:abc' } });
    await second.release();
  });

  test('of two that ask at once, one waits', async () => {
    const { clock, acquire } = await setStage();
    const asked = [acquire('7'), acquire('8')];
    const first = await Promise.race(asked);
    await clock.advance(60);
    await first.release();
    await clock.advance(1000);

    const locks = await Promise.all(asked);

    expect(locks.map((lock) => lock.lease.transitions).sort()).toEqual([0, 1]);
    await Promise.all(locks.map((lock) => lock.release()));
  });

  test('waiting says for whom, every 15 s, and gives up', async () => {
    const { clock, logger, acquire } = await setStage();
    const holder = await acquire('7');

    const waiting = failureOf(acquire('8', 20_000));
    await clock.advance(21_000);
    const error = await waiting;

    const who = 'held by run 7 (attempt 1) of acme/shop since 2026-01-01T00:00:00Z';
    expect(error.code).toBe('lock-held');
    expect(error.message).toBe(`Lease shop/slipway-catalog is ${who}; waited 20 s`);
    expect(logger.lines).toEqual([
      `waiting for Lease shop/slipway-catalog, ${who}: 0 s of 20 s`,
      `waiting for Lease shop/slipway-catalog, ${who}: 15 s of 20 s`,
    ]);
    await holder.release();
  });
});

describe('taking over', () => {
  /** A holder that is killed: nothing of it writes any more. */
  async function killHolder(stage: Stage): Promise<void> {
    const dead = await stage.acquire('7');
    const { cluster } = stage;
    const current = await cluster.get(lease);
    if (current === undefined) throw new Error('there is no Lease');
    await dead.release();
    const released = await cluster.get(lease);
    const { resourceVersion = '' } = released?.metadata ?? {};
    await cluster.replace({ ...current, metadata: { ...current.metadata, resourceVersion } });
  }

  test('a record that did not change for its duration belongs to nobody', async () => {
    const stage = await setStage();
    await killHolder(stage);

    const waiting = stage.acquire('8');
    await stage.clock.advance(14_000);
    const before = await stage.read();
    await stage.clock.advance(2000);
    const lock = await waiting;

    expect(before['holderIdentity']).toMatch(/^acme\/shop\/7\//);
    expect(lock.lease.transitions).toBe(1);
    expect(stage.logger.lines.at(-1)).toBe(
      '[warning] run 7 (attempt 1) of acme/shop gave no sign of life for 15 s: its lock is taken over',
    );
    await lock.release();
  });

  test('a holder that renews keeps it, whatever its clock shows', async () => {
    const stage = await setStage();
    const holder = await stage.acquire('7');

    const waiting = failureOf(stage.acquire('8', 100_000));
    await stage.clock.advance(101_000);

    expect((await waiting).code).toBe('lock-held');
    expect(holder.signal.aborted).toBe(false);
    await holder.release();
  });
});

describe('holding it', () => {
  test('it is renewed every third of its duration', async () => {
    const { clock, cluster, acquire } = await setStage();
    const lock = await acquire('7');

    await clock.advance(15_000);

    expect(cluster.requests.filter((request) => request.startsWith('replace'))).toHaveLength(3);
    expect(() => lock.assertHeld()).not.toThrow();
    await lock.release();
  });

  test('a cluster that is away for less than half of the duration does no harm', async () => {
    const { clock, cluster, acquire } = await setStage();
    const lock = await acquire('7');
    cluster.intercept = () => {
      throw away;
    };
    await clock.advance(6900);
    cluster.intercept = () => undefined;

    await clock.advance(60_000);

    expect(lock.signal.aborted).toBe(false);
    await lock.release();
  });

  test('after half of the duration without renewal it is lost, although nobody took it', async () => {
    const { clock, cluster, acquire } = await setStage();
    const lock = await acquire('7');
    cluster.intercept = () => {
      throw away;
    };

    await clock.advance(7499);
    const before = lock.signal.aborted;
    await clock.advance(1);
    const error = await failureOf(() => lock.assertHeld());

    expect([before, lock.signal.aborted]).toEqual([false, true]);
    expect(error.code).toBe('lock-lost');
    expect(error.message).toBe(
      'Lease shop/slipway-catalog is no longer ours: not renewed for 7.5 s',
    );
    expect((await failureOf(lock.acknowledge('1@sha256:abc'))).code).toBe('lock-lost');
    await lock.release();
  });

  test('a request that hangs does not hide the loss', async () => {
    const { clock, cluster, acquire } = await setStage();
    const lock = await acquire('7');
    let answer = (): void => undefined;
    cluster.intercept = () => new Promise<void>((resolve) => (answer = resolve));

    await clock.advance(7500);

    expect(lock.signal.aborted).toBe(true);
    answer();
    cluster.intercept = () => undefined;
    await lock.release();
  });

  test('after a pause nothing is written, although no timer has fired yet', async () => {
    const { clock, acquire } = await setStage();
    const lock = await acquire('7');

    clock.freeze(7500);

    expect((await failureOf(() => lock.assertHeld())).code).toBe('lock-lost');
    await lock.release();
  });

  test('a renewal whose answer was lost is no other holder', async () => {
    const { clock, cluster, acquire, read } = await setStage();
    const lock = await acquire('7');
    const current = await cluster.get(lease);
    if (current === undefined) throw new Error('there is no Lease');
    await cluster.replace(current);

    await lock.acknowledge('4@sha256:abc');
    await clock.advance(10_000);

    expect(await read()).toMatchObject({ annotations: { 'slipway.dev/ledger': '4@sha256:abc' } });
    expect(lock.signal.aborted).toBe(false);
    await lock.release();
  });

  test.each([
    [
      'another holder',
      async ({ cluster }: Stage, found: KubernetesObject) => {
        await cluster.replace({ ...found, spec: { holderIdentity: 'acme/shop/9/2/token' } });
      },
      'Lease shop/slipway-catalog is no longer ours: run 9 (attempt 2) of acme/shop holds it now',
    ],
    [
      'a Lease that was deleted',
      async ({ cluster }: Stage) => {
        await cluster.remove(lease);
      },
      'Lease shop/slipway-catalog is no longer ours: somebody deleted it',
    ],
  ])('%s ends it at once', async (_name, meddle, sentence) => {
    const stage = await setStage();
    const lock = await stage.acquire('7');
    const found = await stage.cluster.get(lease);
    if (found === undefined) throw new Error('there is no Lease');
    await meddle(stage, found);

    await stage.clock.advance(5000);

    expect((await failureOf(() => lock.assertHeld())).message).toBe(sentence);
    await lock.release();
  });
});

describe('giving it back', () => {
  test('it is free at once, and a second time does nothing', async () => {
    const { cluster, acquire, read, logger } = await setStage();
    const lock = await acquire('7');

    await Promise.all([lock.release(), lock.release()]);
    const before = cluster.requests.length;
    await lock.release();

    expect(cluster.requests).toHaveLength(before);
    expect(await read()).toMatchObject({ holderIdentity: '', leaseTransitions: 0 });
    expect(logger.lines).toEqual([]);
    expect((await failureOf(() => lock.assertHeld())).message).toBe(
      'Lease shop/slipway-catalog is no longer ours: it was released',
    );
  });

  test('what goes wrong is a warning, because the work is done', async () => {
    const { cluster, acquire, logger } = await setStage();
    const lock = await acquire('7');
    cluster.intercept = () => {
      throw away;
    };

    await lock.release();

    expect(logger.lines).toEqual([
      '[warning] Lease shop/slipway-catalog could not be released; others wait 15 s: the cluster cannot be reached',
    ]);
  });
});
