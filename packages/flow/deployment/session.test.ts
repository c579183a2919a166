import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseRepository } from '@slipway/core/image-ref';
import type { AttemptEventKind } from '@slipway/core/release';
import { createSteppedClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { createRegistryInMemory } from '@slipway/testing/registry-in-memory';
import { appendEvents } from '@slipway/testing/system';
import { openLedger, readChain } from '../ledger/index.js';
import type { DeploymentContext } from './context.js';
import { openSession, type Session } from './session.js';

let context: DeploymentContext;
let logger: RecordingLogger;

beforeEach(async () => {
  const cluster = createClusterInMemory();
  for (const name of ['kube-system', 'shop']) {
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  logger = createRecordingLogger();
  const [clock, { client }] = [createSteppedClock(), createRegistryInMemory()];
  const repository = parseRepository('memory.example.com/shop/catalog-ledger');
  context = {
    service: 'catalog',
    namespace: 'shop',
    cluster,
    client,
    ledger: openLedger({ client, clock, logger, repository, environment: 'test' }),
    clock,
    logger,
    signal: new AbortController().signal,
    run: { repository: 'acme/shop', runId: '7', attempt: 1, url: '', actor: 'ada' },
    evidenceFolder: '/nowhere',
  };
});

/** What dead runs recorded. */
async function record(version: string, kinds: readonly AttemptEventKind[]): Promise<void> {
  await appendEvents(context.ledger, version, kinds, 'uid-1');
}

/** Opens a session, works in it and closes it; what that added to the ledger. */
async function addedEvents(
  work: (session: Session) => Promise<void> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const read = () => readChain(context.client, context.ledger.repository, 'test');
  const before = await read();
  const session = await openSession(context);
  await work(session);
  await session.close();
  return (await read())
    .slice(before.length)
    .map(
      ({ event }) =>
        `${event.kind} ${String(Object.entries(event).find(([name]) => name === 'version')?.[1])}`,
    );
}

function warnings(): readonly string[] {
  return logger.lines.filter((line) => line.startsWith('[warning]'));
}

const good = ['started', 'available', 'verified', 'known-good'] as const;

test('where everything was said nothing is added', async () => {
  await record('1.0.0', good);
  await record('1.1.0', ['started', 'available', 'verified']);

  expect(await addedEvents()).toEqual([]);
  expect(warnings()).toEqual([]);
});

test('what a run left unfinished is abandoned, and told', async () => {
  await record('1.0.0', good);
  await record('1.1.0', ['started']);

  expect(await addedEvents()).toEqual(['abandoned 1.1.0']);
  expect(warnings()).toEqual([
    '[warning] the deployment test.00000005 of 1.1.0 was left unfinished by a run that ended; it is recorded as abandoned',
    '[warning] 1.1.0 (abandoned) was applied after 1.0.0, which is live, and not taken back',
  ]);
});

test('a release that failed, and whose way back nobody went, is told', async () => {
  await record('1.0.0', good);
  await record('1.1.0', ['started', 'failed', 'quarantined']);

  expect(await addedEvents()).toEqual([]);
  expect(warnings()).toEqual([
    '[warning] 1.1.0 (failed) was applied after 1.0.0, which is live, and not taken back',
  ]);
});

test('a release that was replaced before it was judged is superseded, by whoever comes next', async () => {
  await record('1.0.0', ['started', 'available', 'verified']);
  await record('1.1.0', ['started', 'available']);

  expect(await addedEvents()).toEqual(['abandoned 1.1.0', 'superseded 1.0.0']);
  expect(await addedEvents()).toEqual([]);
});

describe('a way back whose run ended before it could say that it was gone', () => {
  beforeEach(async () => {
    await record('1.0.0', good);
    await record('1.1.0', good);
  });

  /** Leaves 1.1.0 for 1.0.0, up to an event. */
  const goBack = (kinds: readonly AttemptEventKind[]) =>
    addedEvents(async (session) => {
      const [left, target] = session.state.attempts;
      if (left === undefined || target === undefined) throw new Error('nothing was deployed');
      await session.recordAbout(left, 'quarantined', { reason: 'wrong prices' });
      const back = { ...target, deployment: session.nextDeployment(), intent: 'rollback' } as const;
      for (const kind of kinds) await session.recordAbout(back, kind);
    });
  const close = () => addedEvents((session) => session.recordReturned());

  test('is recorded once', async () => {
    await goBack(['started', 'available', 'verified']);

    expect(await close()).toEqual(['rolled-back 1.1.0']);
    expect(await close()).toEqual([]);
  });

  test('is not recorded where nobody verified it', async () => {
    await goBack(['started', 'available']);

    expect(await close()).toEqual(['abandoned 1.0.0']);
  });

  test('is not recorded where nobody went', async () => {
    await goBack([]);

    expect(await close()).toEqual([]);
  });
});
