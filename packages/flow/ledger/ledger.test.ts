import { beforeEach, describe, expect, test } from '@jest/globals';
import { formatRepository, parseRepository, parseTag } from '@slipway/core/image-ref';
import { checkChain } from '@slipway/core/release';
import { createManualClock, type ManualClock } from '@slipway/testing/clock';
import {
  contentOf,
  createLeaseInMemory,
  playHistory,
  type LeaseInMemory,
} from '@slipway/testing/ledger';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import {
  createRegistryInMemory,
  refuse,
  type RegistryInMemory,
  type RegistryTraits,
} from '@slipway/testing/registry-in-memory';
import { openLedger, readChain, type Ledger, type LedgerHead, type LedgerWriter } from './index.js';

const repository = parseRepository('memory.example.com/shop/catalog-ledger');
const name = formatRepository(repository);
let clock: ManualClock;
let logger: RecordingLogger;
let lease: LeaseInMemory;
let registry: RegistryInMemory;
let ledger: Ledger;

beforeEach(() => open());

function open(traits: RegistryTraits = {}): void {
  clock = createManualClock();
  logger = createRecordingLogger();
  lease = createLeaseInMemory();
  registry = createRegistryInMemory(traits);
  ledger = openLedger({ client: registry.client, clock, logger, repository, environment: 'test' });
}

/** The requests that some work makes. */
async function listRequests(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = registry.requests.length;
  await work();
  return registry.requests.slice(before);
}

function start(head: LedgerHead, writer: LedgerWriter, index = 0): Promise<LedgerHead> {
  return ledger.append(head, contentOf('started', ledger.nextTag(head), index), writer);
}

function warnings(): readonly string[] {
  return logger.lines.filter((line) => line.startsWith('[warning]'));
}

async function expectWhole(length: number): Promise<void> {
  const links = await readChain(registry.client, repository, 'test');
  expect(checkChain('test', links)).toMatchObject({ isWhole: true, length });
}

describe('an append', () => {
  test('is one write, one read-back and the acknowledgement, beside which the head moves', async () => {
    const writer = lease.take();
    const head = await playHistory(ledger, writer, 5);

    const requests = await listRequests(() =>
      ledger.append(head, contentOf('available', 'test.00000005', 1), writer),
    );

    expect(requests).toEqual(['PUT test.00000006', 'GET test.00000006', 'PUT test']);
    expect(lease.acknowledged).toMatch(
      /^memory\.example\.com\/shop\/catalog-ledger:test\.6@sha256:/,
    );
    await expectWhole(6);
  });

  test('the first of a ledger sends the blob that all events share, once', async () => {
    open({ wantsBlob: true });

    const requests = await listRequests(() => playHistory(ledger, lease.take(), 2));

    expect(requests.filter((line) => line.startsWith('PUT'))).toEqual([
      'PUT blob',
      'PUT test.00000001',
      'PUT test',
      'PUT test.00000002',
      'PUT test',
    ]);
  });

  test('a blob that the registry does not see at once, or has lost, is sent again', async () => {
    const writer = lease.take();
    const head = await playHistory(ledger, writer, 4);
    let refusals = 3;
    registry.hooks.beforePut = () => {
      refusals -= 1;
      if (refusals >= 0) throw refuse('PUT', 400, 'MANIFEST_BLOB_UNKNOWN');
    };

    const requests = await listRequests(() => start(head, writer));

    expect(requests.filter((line) => line === 'PUT blob')).toHaveLength(3);
    expect(clock.sleeps).toEqual([500, 500, 500]);
  });

  test('where tags cannot move the head is tried twice in a session, not at every event', async () => {
    open({ hasImmutableTags: true });

    const requests = await listRequests(() => playHistory(ledger, lease.take(), 8));

    expect(requests.filter((line) => line === 'PUT test')).toHaveLength(2);
    expect(warnings()).toEqual([]);
    await expectWhole(8);
  });

  test('a head that could not be moved is a warning, and is moved by the next event', async () => {
    registry.hooks.beforePut = (reference) => {
      if (reference === 'test') throw refuse('PUT', 503, 'UNAVAILABLE');
    };
    const writer = lease.take();
    const head = await start(await ledger.read(writer), writer);
    registry.hooks.beforePut = () => undefined;

    await ledger.append(head, contentOf('failed', 'test.00000001', 0), writer);

    expect(warnings()).toEqual([
      '[warning] the head of the ledger could not be moved: memory refused PUT: 503 UNAVAILABLE',
    ]);
    expect(registry.manifests.get('test')).toEqual(registry.manifests.get('test.00000002'));
  });

  test('a read-back that is seconds old is waited for', async () => {
    let stale = 5;
    registry.hooks.read = (reference, current) => {
      if (reference !== 'test.00000001' || current === undefined) return current;
      stale -= 1;
      return stale >= 0 ? undefined : current;
    };

    await playHistory(ledger, lease.take(), 1);

    expect(clock.sleeps).toEqual([500, 500, 500, 500, 500]);
    await expectWhole(1);
  });

  test('what the registry took and never shows again is an error, not acknowledged', async () => {
    registry.hooks.read = () => undefined;

    const writing = playHistory(ledger, lease.take(), 1);

    await expect(writing).rejects.toMatchObject({
      code: 'registry-corrupt',
      message: `${name}:test.00000001 was accepted, but cannot be read back`,
    });
    expect(lease.acknowledged).toBeUndefined();
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(30_000);
  });

  test.each([
    ['tags can move', false, 503],
    ['tags cannot move: the second attempt is refused', true, 400],
  ])(
    'whose answer was lost is found written, where %s',
    async (_name, hasImmutableTags, status) => {
      open({ hasImmutableTags });
      registry.hooks.afterPut = (reference) => {
        if (reference === 'test.00000001') throw refuse('PUT', status, 'LOST');
      };

      const head = await playHistory(ledger, lease.take(), 1);

      expect(head.sequence).toBe(1);
      expect(lease.acknowledged).toBe(`${name}:test.1@${head.digest ?? ''}`);
    },
  );

  test.each([
    ['a registry that is down', 503, 'registry-unreachable', 61],
    ['a refusal that may come of a write that arrived', 400, 'registry-refused', 61],
    ['a refusal that does not come of that', 403, 'registry-denied', 1],
  ])('%s: nothing is there, and its error is told', async (_name, status, code, reads) => {
    registry.hooks.beforePut = () => {
      throw refuse('PUT', status, 'NO');
    };
    const writer = lease.take();
    const head = await ledger.read(writer);

    const requests = await listRequests(async () => {
      await expect(start(head, writer)).rejects.toMatchObject({ code });
    });

    expect(requests.filter((line) => line === 'GET test.00000001')).toHaveLength(reads);
    expect(lease.acknowledged).toBeUndefined();
  });

  test('that is not legal is never written', async () => {
    const writer = lease.take();
    const head = await ledger.read(writer);

    const requests = await listRequests(async () => {
      const writing = ledger.append(head, contentOf('verified', 'test.00000001', 0), writer);
      await expect(writing).rejects.toMatchObject({ code: 'internal' });
    });

    expect(requests).toEqual([]);
  });

  test('at or below what the Lease acknowledged is never written', async () => {
    const writer = lease.take();
    const old = await ledger.read(writer);
    await playHistory(ledger, writer, 3);

    const requests = await listRequests(async () => {
      await expect(start(old, writer)).rejects.toMatchObject({
        code: 'ledger-conflict',
        message: `somebody else wrote the event ${name}:test.00000001: the Lease acknowledged event 3`,
      });
    });

    expect(requests).toEqual([]);
  });
});

describe('fencing', () => {
  test('who lost the Lease sends nothing', async () => {
    const paused = lease.take('ada');
    const head = await playHistory(ledger, paused, 4);
    lease.take('bob');

    const requests = await listRequests(async () => {
      await expect(start(head, paused)).rejects.toMatchObject({ code: 'lock-lost' });
    });

    expect(requests).toEqual([]);
  });

  test('who loses it between an event and its acknowledgement has not acknowledged', async () => {
    const paused = lease.take('ada');
    registry.hooks.afterPut = () => lease.take('bob');

    const writing = playHistory(ledger, paused, 1);

    await expect(writing).rejects.toMatchObject({ code: 'lock-lost' });
    expect(lease.acknowledged).toBeUndefined();
    expect(registry.manifests.has('test')).toBe(false);
  });

  /** A request of a paused holder that was on its way when he lost the Lease, and arrives now. */
  async function arriveLate(head: LedgerHead, index: number): Promise<() => Promise<unknown>> {
    const elsewhere = createRegistryInMemory();
    for (const [reference, manifest] of registry.manifests) {
      elsewhere.manifests.set(reference, manifest);
    }
    const { client } = elsewhere;
    const other = openLedger({ client, clock, logger, repository, environment: 'test' });
    await other.append(head, contentOf('started', other.nextTag(head), index), lease.take('ada'));
    lease.acknowledged = positionOf(head);
    const tag = other.nextTag(head);
    const late = elsewhere.manifests.get(tag);
    if (late === undefined) throw new Error('nothing was written');
    return () => registry.client.putManifest(repository, parseTag(tag), late);
  }

  function positionOf({ sequence, digest }: LedgerHead): string {
    return `${name}:test.${sequence}@${digest ?? ''}`;
  }

  async function prepare(): Promise<{ head: LedgerHead; late: () => Promise<unknown> }> {
    const head = await playHistory(ledger, lease.take('eve'), 4);
    return { head, late: await arriveLate(head, 100) };
  }

  test('a late event that arrives before ours is written over', async () => {
    const { head, late } = await prepare();
    const writer = lease.take('bob');
    await late();

    await start(head, writer);

    expect((await ledger.read()).state.attempts[0]?.version).toBe('1.0.0');
    await expectWhole(5);
  });

  test('a late event that arrives between ours and its read-back is written over, with a warning', async () => {
    const { head, late } = await prepare();
    const writer = lease.take('bob');
    let isLate = true;
    registry.hooks.afterPut = (reference) => {
      if (reference !== 'test.00000005' || !isLate) return;
      isLate = false;
      void late();
    };

    await start(head, writer);

    expect(warnings()).toEqual([
      '[warning] test.00000005 was written by a run that had lost the Lease; it counts for nothing, and is replaced',
    ]);
    expect(lease.acknowledged).toBe(positionOf(await ledger.read()));
    await expectWhole(5);
  });

  test('a late event that arrives after ours was acknowledged loses its tag to it', async () => {
    const { head, late } = await prepare();
    const next = await start(head, lease.take('bob'));
    await late();

    const writer = lease.take('eve');
    const read = await ledger.read(writer);
    await ledger.append(read, contentOf('failed', 'test.00000005', 0), writer);

    expect(read.digest).toBe(next.digest);
    expect(warnings()).toEqual([
      `[warning] ${name}:test.00000005 names something else: ${next.digest ?? ''}, which the Lease acknowledged, gets its tag back`,
    ]);
    await expectWhole(6);
  });

  test('where tags cannot move, a late event that came first is a conflict, and then believed', async () => {
    open({ hasImmutableTags: true });
    const { head, late } = await prepare();
    const writer = lease.take('bob');
    await late();

    await expect(start(head, writer)).rejects.toMatchObject({
      code: 'ledger-conflict',
      message: `somebody else wrote the event ${name}:test.00000005: it stands where this run writes`,
    });

    const read = await ledger.read(lease.take('bob'));
    expect(read.state.attempts[0]?.version).toBe('1.100.0');
    await expectWhole(5);
  });

  test.each([
    ['of a later holder', 0, 'lease'],
    ['under another Lease', 9, 'another'],
  ])('an event %s is a conflict', async (_name, transitions, leaseUid) => {
    const { head, late } = await prepare();
    const holder = lease.take('bob');
    const writer = { ...holder, lease: { ...holder.lease, transitions, leaseUid } };
    registry.hooks.afterPut = () => {
      registry.hooks.afterPut = () => undefined;
      void late();
    };

    await expect(start(head, writer)).rejects.toMatchObject({ code: 'ledger-conflict' });
    expect(warnings()).toEqual([]);
  });
});
