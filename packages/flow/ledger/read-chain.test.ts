import { beforeAll, expect, test } from '@jest/globals';
import { parseRepository } from '@slipway/core/image-ref';
import type { RegistryClient } from '@slipway/io/registry';
import { createManualClock } from '@slipway/testing/clock';
import { createLeaseInMemory, playHistory } from '@slipway/testing/ledger';
import { createRecordingLogger } from '@slipway/testing/logger';
import { createRegistryInMemory, type RegistryInMemory } from '@slipway/testing/registry-in-memory';
import { openLedger, readChain, verifyLedger, walkChain } from './index.js';

const repository = parseRepository('memory.example.com/shop/catalog-ledger');
const environment = 'test';
const length = 50;
const lease = createLeaseInMemory();
let registry: RegistryInMemory;

beforeAll(async () => {
  registry = createRegistryInMemory();
  const seams = { client: registry.client, clock: createManualClock() };
  const logger = createRecordingLogger();
  await playHistory(
    openLedger({ ...seams, logger, repository, environment }),
    lease.take(),
    length,
  );
});

/** A client that keeps count of the reads that are on their way. */
function watchReads(): { client: RegistryClient; most: () => number; begun: () => number } {
  let [now, most, begun] = [0, 0, 0];
  const { client } = registry;
  const fetchManifest: RegistryClient['fetchManifest'] = async (...args) => {
    now += 1;
    begun += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setImmediate(resolve));
    now -= 1;
    return client.fetchManifest(...args);
  };
  return { client: { ...client, fetchManifest }, most: () => most, begun: () => begun };
}

test('every event in its order, twelve requests at once', async () => {
  const { client, most } = watchReads();

  const links = await readChain(client, repository, environment);

  expect(links.map(({ event }) => event.sequence)).toEqual(
    Array.from({ length }, (_, index) => index + 1),
  );
  expect(most()).toBe(12);
});

test('who stops early has not had all of it read', async () => {
  const { client, begun } = watchReads();

  for await (const { event } of walkChain({ client, repository, environment })) {
    if (event.sequence === 10) break;
  }

  expect(begun()).toBeLessThanOrEqual(10 + 12);
});

test('a proof waits for a registry that does not show yet what was acknowledged', async () => {
  const clock = createManualClock();
  let stale = 3;
  const { client } = registry;
  const fetchManifest: RegistryClient['fetchManifest'] = (where, reference) => {
    if (reference !== 'test.00000050') return client.fetchManifest(where, reference);
    stale -= 1;
    return stale >= 0 ? Promise.resolve(undefined) : client.fetchManifest(where, reference);
  };
  const { acknowledged } = lease;
  const seams = { client: { ...client, fetchManifest }, clock };

  const verdict = await verifyLedger({ ...seams, repository, environment, acknowledged });

  expect(verdict).toMatchObject({ isWhole: true, length });
  expect(clock.sleeps).toEqual([500, 500, 500]);
});

test('a proof asks once for each event, and little more', async () => {
  const { client, begun } = watchReads();
  const { acknowledged } = lease;

  await verifyLedger({ client, clock: createManualClock(), repository, environment, acknowledged });

  expect(begun()).toBeLessThanOrEqual(length + 2 + 12);
});
