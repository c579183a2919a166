import { describe, expect, test } from '@jest/globals';
import type { Clock } from '@slipway/io/clock';
import { ClusterError } from '@slipway/io/cluster';
import { readLockHolder } from './index.js';
import {
  awayError,
  leaseOfCatalog,
  lockFailureOf,
  loseAnswerOnce,
  setLockStage,
  type LockStage,
} from '@slipway/testing/lock';

describe('taking it', () => {
  test('makes the Lease, and says who holds it', async () => {
    const { acquire, read } = await setLockStage();

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
    const { cluster, acquire, logger } = await setLockStage();
    await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' });

    const lock = await acquire('7');

    expect(cluster.requests).toContain('apply Namespace shop');
    expect(logger.lines).toEqual(['made the namespace shop']);
    await lock.release();
  });

  test('refuses a namespace that somebody is deleting', async () => {
    const { cluster, acquire } = await setLockStage();
    const apiVersion = 'v1';
    await cluster.remove({ apiVersion, kind: 'Namespace', name: 'shop' });
    const metadata = { name: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' };
    await cluster.create({ apiVersion, kind: 'Namespace', metadata });

    await expect(acquire('7')).rejects.toMatchObject({
      code: 'cluster-refused',
      message: 'the namespace shop is being deleted',
    });
  });

  test('who may not look at namespaces works in one that exists', async () => {
    const { cluster, acquire } = await setLockStage();
    cluster.intercept = (request) => {
      if (request !== 'get Namespace shop') return;
      throw new ClusterError('cluster-denied', 'not allowed', { status: 403 });
    };

    const lock = await acquire('7');

    expect(cluster.requests).not.toContain('apply Namespace shop');
    await lock.release();
  });

  test('each change of holder is counted, and what was acknowledged stays', async () => {
    const { acquire, read } = await setLockStage();
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
    const { clock, acquire } = await setLockStage();
    const asked = [acquire('7'), acquire('8')];
    const first = await Promise.race(asked);
    await clock.advance(60);
    await first.release();
    await clock.advance(1000);

    const locks = await Promise.all(asked);

    expect(locks.map((lock) => lock.lease.transitions).sort()).toEqual([0, 1]);
    await Promise.all(locks.map((lock) => lock.release()));
  });

  test('two repositories that deploy one service exclude each other', async () => {
    const { clock, acquire } = await setLockStage();
    const holder = await acquire('7');

    const other = { repository: 'acme/monorepo', runId: '7', attempt: 1 };
    const waiting = lockFailureOf(acquire('7', { holder: other, waitMs: 2000 }));
    await clock.advance(3000);

    expect((await waiting).message).toContain('held by run 7 (attempt 1) of acme/shop since');
    await holder.release();
  });

  test('two runs of one laptop are two holders, and a person can tell whose laptop it is', async () => {
    const { clock, acquire } = await setLockStage();
    const ada = { repository: 'laptop:ada@loom', runId: '4711', attempt: 1 };
    const holder = await acquire('', { holder: ada });

    const waiting = lockFailureOf(acquire('', { holder: ada, waitMs: 2000 }));
    await clock.advance(3000);

    expect((await waiting).message).toBe(
      'Lease shop/slipway-catalog is held by ada on the machine loom (process 4711) since 2026-01-01T00:00:00Z; waited 2 s',
    );
    await holder.release();
  });

  test('a Lease that was taken in a request whose answer was lost is ours', async () => {
    const { cluster, acquire, read } = await setLockStage();
    loseAnswerOnce(cluster, 'create');

    const lock = await acquire('7');

    expect(await read()).toMatchObject({ holderIdentity: lock.holder, leaseTransitions: 0 });
    await lock.release();
  });

  test('one that was not taken in a request without an answer is not', async () => {
    const { cluster, acquire, read } = await setLockStage();
    await (await acquire('7')).release();
    cluster.intercept = (request) => {
      if (request.startsWith('replace')) throw awayError;
    };

    const error = await lockFailureOf(acquire('8'));

    expect(error.code).toBe('cluster-unreachable');
    expect(await read()).toMatchObject({ holderIdentity: '' });
  });

  test('an API server that is away for a minute is waited for by who waits anyway', async () => {
    const { clock, cluster, acquire, logger } = await setLockStage();
    const holder = await acquire('7');
    const waiting = acquire('8', { waitMs: 200_000 });
    await clock.advance(1000);
    cluster.intercept = () => {
      throw awayError;
    };

    await clock.advance(60_000);
    cluster.intercept = () => undefined;
    const wasLost = holder.signal.aborted;
    await clock.advance(1000);
    const lock = await waiting;

    expect(wasLost).toBe(true);
    expect(lock.lease.transitions).toBe(1);
    expect(logger.lines).toContain(
      'waiting for Lease shop/slipway-catalog: the cluster cannot be reached',
    );
    await lock.release();
  });

  test('one that is away from the beginning is told at once', async () => {
    const { cluster, acquire } = await setLockStage();
    cluster.intercept = (request) => {
      if (request.startsWith('get Lease')) throw awayError;
    };

    expect((await lockFailureOf(acquire('7'))).code).toBe('cluster-unreachable');
  });

  test('waiting says for whom, every 15 s, and gives up', async () => {
    const { clock, logger, acquire } = await setLockStage();
    const holder = await acquire('7');

    const waiting = lockFailureOf(acquire('8', { waitMs: 20_000 }));
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

/** The same clock, but what it shows is wrong by some days. */
function skew(clock: Clock, days: number): Clock {
  const show = (): Date => new Date(clock.now().getTime() + days * 86_400_000);
  return { ...clock, now: show };
}

describe('who holds it', () => {
  test('is told in a person’s words, while somebody does', async () => {
    const { clock, cluster, acquire } = await setLockStage();
    const place = { service: 'catalog', namespace: 'shop' };

    const before = await readLockHolder(cluster, place);
    const lock = await acquire('7');
    await clock.advance(5000);
    const during = await readLockHolder(cluster, place);
    await lock.release();
    const after = await readLockHolder(cluster, place);

    expect([before, after]).toEqual([undefined, undefined]);
    expect(during).toEqual({
      who: 'run 7 (attempt 1) of acme/shop',
      since: '2026-01-01T00:00:00Z',
      lastSeen: '2026-01-01T00:00:05Z',
    });
  });
});

describe('taking over', () => {
  /** A holder that is killed: nothing of it writes any more. */
  async function killHolder(stage: LockStage, clock: Clock = stage.clock): Promise<void> {
    const dead = await stage.acquire('7', { clock });
    const { cluster } = stage;
    const current = await cluster.get(leaseOfCatalog);
    if (current === undefined) throw new Error('there is no Lease');
    await dead.release();
    const released = await cluster.get(leaseOfCatalog);
    const { resourceVersion = '' } = released?.metadata ?? {};
    await cluster.replace({ ...current, metadata: { ...current.metadata, resourceVersion } });
  }

  test('a record that did not change for its duration belongs to nobody', async () => {
    const stage = await setLockStage();
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

  test('also when the holder’s clock is a year ahead of ours', async () => {
    const stage = await setLockStage();
    await killHolder(stage, skew(stage.clock, 365));

    const waiting = stage.acquire('8');
    await stage.clock.advance(16_000);

    await (await waiting).release();
  });

  test.each([
    ['a year behind', -365],
    ['a year ahead', 365],
  ])('a holder that renews keeps it, also with a clock that is %s', async (_name, days) => {
    const stage = await setLockStage();
    const holder = await stage.acquire('7', { clock: skew(stage.clock, days) });

    const waiting = lockFailureOf(stage.acquire('8', { waitMs: 100_000 }));
    await stage.clock.advance(101_000);

    expect((await waiting).code).toBe('lock-held');
    expect(holder.signal.aborted).toBe(false);
    await holder.release();
  });
});
