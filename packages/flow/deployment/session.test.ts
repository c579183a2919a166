import { beforeEach, expect, test } from '@jest/globals';
import { parseRepository } from '@slipway/core/image-ref';
import type { AttemptEventKind } from '@slipway/core/release';
import { createSteppedClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger, type RecordingLogger } from '@slipway/testing/logger';
import { createRegistryInMemory } from '@slipway/testing/registry-in-memory';
import { appendEvents } from '@slipway/testing/system';
import { openLedger, readChain } from '../ledger/index.js';
import type { DeploymentContext } from './context.js';
import { openSession } from './session.js';

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

/** Opens a session and closes it; what it added to the ledger. */
async function addedEvents(): Promise<readonly string[]> {
  const read = () => readChain(context.client, context.ledger.repository, 'test');
  const before = await read();
  await (await openSession(context)).close();
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
