import { beforeEach, expect, test } from '@jest/globals';
import { parseRepository } from '@slipway/core/image-ref';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory, type ClusterInMemory } from '@slipway/testing/cluster';
import { createLeaseInMemory, playHistory } from '@slipway/testing/ledger';
import { createRecordingLogger } from '@slipway/testing/logger';
import { createRegistryInMemory, type RegistryInMemory } from '@slipway/testing/registry-in-memory';
import { openLedger } from '../ledger/index.js';
import { verifyRecord, type RecordVerdict } from './verify-record.js';

const repository = parseRepository('memory.example.com/shop/catalog-ledger');
let cluster: ClusterInMemory;
let registry: RegistryInMemory;

/** A deployment that failed, and a Lease that acknowledged its last event. */
beforeEach(async () => {
  cluster = createClusterInMemory();
  registry = createRegistryInMemory();
  const lease = createLeaseInMemory();
  await playHistory(openContext().ledger, lease.take(), 2);
  await cluster.create({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'slipway-catalog',
      namespace: 'shop',
      annotations: { 'slipway.dev/ledger': lease.acknowledged ?? '' },
    },
  });
});

function openContext() {
  const { client } = registry;
  const seams = { client, clock: createManualClock(), logger: createRecordingLogger() };
  const ledger = openLedger({ ...seams, repository, environment: 'test' });
  return { ...seams, ledger, cluster, service: 'catalog', namespace: 'shop' };
}

function verify(): Promise<RecordVerdict> {
  return verifyRecord({ ...openContext(), signal: new AbortController().signal });
}

test('a chain that ends before what the Lease acknowledged is told with its kind and tag', async () => {
  registry.manifests.delete('test.00000002');
  registry.manifests.delete('test');

  expect(await verify()).toEqual({
    events: 1,
    problems: [
      'the ledger breaks at test.00000002 (truncated): the ledger ends at event 1, but the Lease acknowledged event 2',
    ],
  });
});

test('the live bundle must be there', async () => {
  const { events, live, problems } = await verify();

  expect([events, live?.version]).toEqual([2, '1.0.0']);
  expect(problems).toEqual([expect.stringContaining('sha256:b00000000')]);
});
