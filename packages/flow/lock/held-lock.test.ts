import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import {
  awayError,
  leaseOfCatalog,
  lockFailureOf,
  loseAnswerOnce,
  setLockStage,
  type LockStage,
} from '@slipway/testing/lock';

describe('holding it', () => {
  test('it is renewed every sixth of its duration', async () => {
    const { clock, cluster, acquire } = await setLockStage();
    const lock = await acquire('7');

    await clock.advance(15_000);

    expect(cluster.requests.filter((request) => request.startsWith('replace'))).toHaveLength(6);
    expect(() => lock.assertHeld()).not.toThrow();
    await lock.release();
  });

  test('a cluster that is away for less than half of the duration does no harm', async () => {
    const { clock, cluster, acquire } = await setLockStage();
    const lock = await acquire('7');
    cluster.intercept = () => {
      throw awayError;
    };
    await clock.advance(6900);
    cluster.intercept = () => undefined;

    await clock.advance(60_000);

    expect(lock.signal.aborted).toBe(false);
    await lock.release();
  });

  test('a cluster that is away for a third of the duration, from just before a renewal on, does no harm', async () => {
    const { clock, cluster, acquire } = await setLockStage();
    const lock = await acquire('7');
    await clock.advance(2499);
    cluster.intercept = () => {
      throw awayError;
    };
    await clock.advance(4500);
    cluster.intercept = () => undefined;

    await clock.advance(60_000);

    expect(lock.signal.aborted).toBe(false);
    await lock.release();
  });

  test('after half of the duration without renewal it is lost, although nobody took it', async () => {
    const { clock, cluster, acquire } = await setLockStage();
    const lock = await acquire('7');
    cluster.intercept = () => {
      throw awayError;
    };

    await clock.advance(7499);
    const before = lock.signal.aborted;
    await clock.advance(1);
    const error = await lockFailureOf(() => lock.assertHeld());

    expect([before, lock.signal.aborted]).toEqual([false, true]);
    expect(error.code).toBe('lock-lost');
    expect(error.message).toBe(
      'Lease shop/slipway-catalog is no longer ours: not renewed for 7.5 s',
    );
    expect((await lockFailureOf(lock.acknowledge('1@sha256:abc'))).code).toBe('lock-lost');
    await lock.release();
  });

  test('a request that hangs does not hide the loss', async () => {
    const { clock, cluster, acquire } = await setLockStage();
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
    const { clock, acquire } = await setLockStage();
    const lock = await acquire('7');

    clock.freeze(7500);

    expect((await lockFailureOf(() => lock.assertHeld())).code).toBe('lock-lost');
    await lock.release();
  });

  test('a machine that slept, and whose monotonic clock slept with it, holds nothing any more', async () => {
    const { clock, acquire } = await setLockStage();
    let sleptMs = 0;
    const now = (): Date => new Date(clock.now().getTime() + sleptMs);
    const lock = await acquire('7', { clock: { ...clock, now } });

    sleptMs = 3_600_000;
    const error = await lockFailureOf(() => lock.assertHeld());

    expect(error.message).toBe(
      'Lease shop/slipway-catalog is no longer ours: this machine stood still, or its clock was set, for 1 h',
    );
    await lock.release();
  });

  test('a wall clock that is set back, or a little forward, says nothing', async () => {
    const { clock, acquire } = await setLockStage();
    let setMs = 0;
    const now = (): Date => new Date(clock.now().getTime() + setMs);
    const lock = await acquire('7', { clock: { ...clock, now } });

    for (const ms of [-3_600_000, 900]) {
      setMs = ms;
      expect(() => lock.assertHeld()).not.toThrow();
    }
    await lock.release();
  });

  test('a renewal whose answer was lost is no other holder', async () => {
    const { clock, cluster, acquire, read } = await setLockStage();
    const lock = await acquire('7');
    const current = await cluster.get(leaseOfCatalog);
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
      async ({ cluster }: LockStage, found: KubernetesObject) => {
        await cluster.replace({ ...found, spec: { holderIdentity: 'acme/shop/9/2/token' } });
      },
      'Lease shop/slipway-catalog is no longer ours: run 9 (attempt 2) of acme/shop holds it now',
    ],
    [
      'a Lease that was deleted',
      async ({ cluster }: LockStage) => {
        await cluster.remove(leaseOfCatalog);
      },
      'Lease shop/slipway-catalog is no longer ours: somebody deleted it',
    ],
  ])('%s ends it at once', async (_name, meddle, sentence) => {
    const stage = await setLockStage();
    const lock = await stage.acquire('7');
    const found = await stage.cluster.get(leaseOfCatalog);
    if (found === undefined) throw new Error('there is no Lease');
    await meddle(stage, found);

    await stage.clock.advance(5000);

    expect((await lockFailureOf(() => lock.assertHeld())).message).toBe(sentence);
    await lock.release();
  });
});

describe('giving it back', () => {
  test('it is free at once, and a second time does nothing', async () => {
    const { cluster, acquire, read, logger } = await setLockStage();
    const lock = await acquire('7');

    await Promise.all([lock.release(), lock.release()]);
    const before = cluster.requests.length;
    await lock.release();

    expect(cluster.requests).toHaveLength(before);
    expect(await read()).toMatchObject({ holderIdentity: '', leaseTransitions: 0 });
    expect(logger.lines).toEqual([]);
    expect((await lockFailureOf(() => lock.assertHeld())).message).toBe(
      'Lease shop/slipway-catalog is no longer ours: it was released',
    );
  });

  test('a renewal whose answer was lost does not keep it from being given back', async () => {
    const { cluster, acquire, read, logger } = await setLockStage();
    const lock = await acquire('7');
    const current = await cluster.get(leaseOfCatalog);
    if (current === undefined) throw new Error('there is no Lease');
    await cluster.replace({
      ...current,
      metadata: { ...current.metadata, labels: { team: 'web' } },
    });

    await lock.release();

    expect(await read()).toMatchObject({ holderIdentity: '' });
    expect(logger.lines.filter((line) => line.startsWith('[warning]'))).toEqual([]);
  });

  test('so does a release whose own answer was lost', async () => {
    const { clock, cluster, acquire, read, logger } = await setLockStage();
    const lock = await acquire('7');
    loseAnswerOnce(cluster, 'replace');

    const releasing = lock.release();
    await clock.advance(1000);
    await releasing;

    expect(await read()).toMatchObject({ holderIdentity: '' });
    expect(logger.lines.filter((line) => line.startsWith('[warning]'))).toEqual([]);
  });

  test('an API server that is away for some seconds is waited for', async () => {
    const { clock, cluster, acquire, read } = await setLockStage();
    const lock = await acquire('7');
    cluster.intercept = () => {
      throw awayError;
    };

    const releasing = lock.release();
    await clock.advance(5000);
    cluster.intercept = () => undefined;
    await clock.advance(1000);
    await releasing;

    expect(await read()).toMatchObject({ holderIdentity: '' });
  });

  test('what goes wrong is a warning, because the work is done', async () => {
    const { clock, cluster, acquire, logger } = await setLockStage();
    const lock = await acquire('7');
    cluster.intercept = () => {
      throw awayError;
    };

    const releasing = lock.release();
    await clock.advance(8000);
    await releasing;

    expect(logger.lines.at(-1)).toBe(
      '[warning] Lease shop/slipway-catalog could not be released; others wait 15 s: the cluster cannot be reached',
    );
  });

  test('one that was lost is left alone, at once', async () => {
    const { clock, cluster, acquire, logger } = await setLockStage();
    const lock = await acquire('7');
    clock.freeze(7500);
    await lockFailureOf(() => lock.assertHeld());
    const before = cluster.requests.length;

    await lock.release();

    expect(cluster.requests).toHaveLength(before);
    expect(logger.lines).toEqual([
      '[warning] Lease shop/slipway-catalog was lost before it could be released',
    ]);
  });
});
