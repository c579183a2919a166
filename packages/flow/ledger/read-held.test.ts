import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, formatRepository, parseRepository, parseTag } from '@slipway/core/image-ref';
import { createManualClock, type ManualClock } from '@slipway/testing/clock';
import {
  contentOf,
  createLeaseInMemory,
  playHistory,
  type LeaseInMemory,
} from '@slipway/testing/ledger';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { createRegistryInMemory, type RegistryInMemory } from '@slipway/testing/registry-in-memory';
import { openLedger, type Ledger, type LedgerHead, type LedgerWriter } from './index.js';

const repository = parseRepository('memory.example.com/shop/catalog-ledger');
const name = formatRepository(repository);
const nowhere = digestOf('f'.repeat(64));
let clock: ManualClock;
let logger: RecordingLogger;
let lease: LeaseInMemory;
let registry: RegistryInMemory;
let ledger: Ledger;
/** Four events, all acknowledged. */
let head: LedgerHead;

beforeEach(async () => {
  clock = createManualClock();
  logger = createRecordingLogger();
  lease = createLeaseInMemory();
  registry = createRegistryInMemory();
  ledger = openLedger({ client: registry.client, clock, logger, repository, environment: 'test' });
  head = await playHistory(ledger, lease.take('ada'), 4);
});

async function read(writer: LedgerWriter) {
  const before = registry.requests.length;
  const found = await ledger.read(writer);
  return { ...found, requests: registry.requests.slice(before) };
}

/** Writes an event that is not acknowledged, as somebody does who dies right then. */
async function writeAndDie(writer: LedgerWriter, after = head, index = 50): Promise<void> {
  const dying = { ...writer, acknowledge: () => Promise.reject(new Error('killed')) };
  const content = contentOf('started', ledger.nextTag(after), index);
  await expect(ledger.append(after, content, dying)).rejects.toThrow('killed');
}

function warnings(): readonly string[] {
  return logger.lines.filter((line) => line.startsWith('[warning]'));
}

/** An event in a history of its own, under the tag that comes next. */
async function writeElsewhere(writer: LedgerWriter): Promise<void> {
  const other = createRegistryInMemory();
  const place = { client: other.client, clock, logger, repository, environment: 'test' };
  const free = { ...writer, acknowledged: undefined, acknowledge: () => Promise.resolve() };
  await playHistory(openLedger(place), { ...free, actor: 'eve' }, 5);
  const event = other.manifests.get('test.00000005');
  if (event === undefined) throw new Error('nothing was written');
  await registry.client.putManifest(repository, parseTag('test.00000005'), event);
}

describe('what the Lease acknowledged', () => {
  test('is known after two reads that are asked for at once, and the head is none of them', async () => {
    expect(await read(lease.take('bob'))).toMatchObject({
      sequence: 4,
      digest: head.digest,
      requests: ['GET test.00000004', 'GET test.00000005'],
    });
  });

  test('is waited for while the registry is seconds behind', async () => {
    let stale = 6;
    registry.hooks.read = (reference, current) => {
      stale -= 1;
      return stale >= 0 && reference === 'test.00000004' ? undefined : current;
    };

    expect(await read(lease.take('bob'))).toMatchObject({ sequence: 4 });
    expect(clock.sleeps).toEqual([500, 500, 500]);
  });

  test('gets its tag back when the tag is gone', async () => {
    registry.manifests.delete('test.00000004');

    expect(await read(lease.take('bob'))).toMatchObject({ digest: head.digest });
    expect(registry.manifests.get('test.00000004')?.descriptor.digest).toBe(head.digest);
    expect(warnings()).toEqual([
      `[warning] ${name}:test.00000004 is gone: ${head.digest ?? ''}, which the Lease acknowledged, gets its tag back`,
    ]);
  });

  test('is not put back by who has lost the Lease meanwhile', async () => {
    const writer = lease.take('bob');
    registry.manifests.delete('test.00000004');
    lease.take('eve');

    await expect(read(writer)).rejects.toMatchObject({ code: 'lock-lost' });
    expect(registry.manifests.has('test.00000004')).toBe(false);
  });

  test('is gone with its tag: the ledger is broken, and says how far it goes', async () => {
    registry.manifests.delete('test.00000004');
    registry.manifests.delete(head.digest ?? '');
    registry.manifests.delete('test');

    await expect(read(lease.take('bob'))).rejects.toMatchObject({
      code: 'ledger-broken',
      message: 'the ledger ends at event 3, but event 4 was seen before',
    });
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(30_000);
  });

  test('is gone, and another event has its tag: that is a conflict', async () => {
    const other = registry.manifests.get('test.00000003');
    if (other === undefined) throw new Error('there is no third event');
    registry.manifests.set('test.00000004', other).delete(head.digest ?? '');

    await expect(read(lease.take('bob'))).rejects.toMatchObject({
      code: 'ledger-conflict',
      message: `somebody else wrote the event ${name}:test.00000004: the Lease acknowledged ${head.digest ?? ''}, which is gone`,
    });
  });

  test('in another ledger under the same Lease says nothing of this one', async () => {
    lease.acknowledged = `other.example.com/x-ledger:stage.30@${nowhere}`;

    expect(await read(lease.take('bob'))).toMatchObject({ sequence: 4 });
  });

  test.each([`test.x@${nowhere}`, `test.0@${nowhere}`, 'test.3', 'test.3@sha256:short'])(
    'is to be read, or nothing is decided: %s',
    async (position) => {
      lease.acknowledged = `${name}:${position}`;

      await expect(read(lease.take('bob'))).rejects.toMatchObject({
        code: 'ledger-broken',
        message: `the Lease acknowledges ${name}:${position}, which is no event`,
      });
    },
  );
});

describe('what stands after it', () => {
  test('by a holder who died before he could acknowledge it has happened', async () => {
    await writeAndDie(lease.take('bob'));

    expect(await read(lease.take('eve'))).toMatchObject({
      sequence: 5,
      state: { inProgress: 'test.00000005' },
      requests: ['GET test.00000004', 'GET test.00000005', 'GET test.00000006'],
    });
  });

  test('over another history by a holder who was paused counts for nothing, and is written over', async () => {
    await writeElsewhere(lease.take('paused'));
    const writer = lease.take('bob');

    const found = await ledger.read(writer);
    await ledger.append(found, contentOf('started', 'test.00000005', 1), writer);

    expect(found.sequence).toBe(4);
    expect((await ledger.read()).state.attempts[0]?.version).toBe('1.1.0');
    expect(warnings()).toEqual([
      '[warning] test.00000005 was written by a run that had lost the Lease; it counts for nothing, and the next event takes its place',
    ]);
  });

  test('by a later holder, while we were paused, tells that the Lease is lost', async () => {
    const paused = { ...lease.take('bob') }; // with what was acknowledged when he was paused
    await ledger.append(head, contentOf('started', 'test.00000005', 1), lease.take('eve'));

    await expect(read(paused)).rejects.toMatchObject({ code: 'lock-lost' });
  });

  test.each([
    ['by a later holder', 7, 'lease', 'a later holder of the Lease wrote it'],
    [
      'over another history under another Lease',
      0,
      'another',
      'it does not follow the last event that the Lease acknowledged',
    ],
  ])('%s is a conflict', async (_name, transitions, leaseUid, reason) => {
    const writer = lease.take('bob');
    await writeElsewhere({ ...writer, lease: { ...writer.lease, transitions, leaseUid } });

    await expect(read(writer)).rejects.toMatchObject({
      code: 'ledger-conflict',
      message: `somebody else wrote the event ${name}:test.00000005: ${reason}`,
    });
  });

  test('and is no event breaks the ledger', async () => {
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const bytes = Buffer.from('{"schemaVersion":2}');
    await registry.client.putManifest(repository, parseTag('test.00000005'), { mediaType, bytes });

    await expect(read(lease.take('bob'))).rejects.toMatchObject({
      code: 'ledger-broken',
      message: `${name}:test.00000005 is not what it should be: it is not an event of Slipway`,
    });
  });
});

describe('a Lease that knows nothing of the ledger', () => {
  beforeEach(() => {
    lease.acknowledged = undefined;
  });

  test('follows the head, whose event must have its own tag, too', async () => {
    expect(await read(lease.take('bob'))).toMatchObject({
      sequence: 4,
      requests: ['GET test', 'GET test.00000004', 'GET test.00000005'],
    });
  });

  test('does not believe a head whose event has lost its tag', async () => {
    registry.manifests.delete('test.00000004');

    expect(await read(lease.take('bob'))).toMatchObject({ sequence: 3 });
  });

  test('is refused by what a later holder wrote', async () => {
    await writeAndDie(lease.take('bob'));
    const stale = lease.take('eve');
    const older = { ...stale, lease: { ...stale.lease, transitions: 0 } };

    await expect(read(older)).rejects.toMatchObject({ code: 'ledger-conflict' });
  });

  test('goes on where another Lease ended', async () => {
    expect(await read(createLeaseInMemory('new').take('bob'))).toMatchObject({ sequence: 4 });
  });
});

test.each([
  ['too far', 'test.00000009'],
  ['too old', 'test.00000001'],
  ['nothing', undefined],
])('a head that names what is %s is put right by the next event', async (_name, named) => {
  const event = named === undefined ? undefined : await findEvent(named);
  if (event === undefined) registry.manifests.delete('test');
  else registry.manifests.set('test', event);
  const writer = lease.take('bob');

  const found = await ledger.read(writer);
  await ledger.append(found, contentOf('started', 'test.00000005', 1), writer);

  expect(found.sequence).toBe(4);
  expect(registry.manifests.get('test')).toEqual(registry.manifests.get('test.00000005'));
});

/** An event of this environment that is not in this registry, or one that is. */
async function findEvent(tag: string) {
  const known = registry.manifests.get(tag);
  if (known !== undefined) return known;
  const other = createRegistryInMemory();
  const place = { client: other.client, clock, logger, repository, environment: 'test' };
  await playHistory(openLedger(place), createLeaseInMemory('other').take(), 9);
  return other.manifests.get(tag);
}
