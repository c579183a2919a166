import { beforeAll, expect, test } from '@jest/globals';
import { digestOf, formatReference, parseRepository } from '@slipway/core/image-ref';
import { systemClock } from '@slipway/io/clock';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import { openLab } from '@slipway/lab/parts';
import { createRecordingLogger } from '@slipway/testing/logger';
import { buildBundle, pushBundle } from '../deployment/index.js';
import { openLedger, type LedgerWriter, type RecordPlace } from '../ledger/index.js';
import { readLiveServices } from './index.js';

const logger = createRecordingLogger();
const clock = systemClock;
let host: string;
let client: RegistryClient;

beforeAll(async () => {
  ({ host } = await (await openLab()).registry('candidates'));
  const { signal } = new AbortController();
  const options = { credentials: [], plainHttp: [host], logger, clock, signal };
  client = await createRegistryClient(options);
});

function placeOf(service: string): RecordPlace {
  const image = parseRepository(`${host}/live-${process.pid}/${service}`);
  return { service, environment: 'test', isProduction: false, image };
}

/** The holder of a Lease that nobody contests. */
const writer: LedgerWriter = {
  actor: 'ada',
  run: { repository: 'shop/catalog', id: '1', attempt: 1, url: '' },
  lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
  acknowledged: undefined,
  assertHeld: () => undefined,
  acknowledge: () => Promise.resolve(),
};

/** Records that a version was deployed, as far as `kinds` say. */
async function record(
  service: string,
  version: string,
  kinds: readonly ('started' | 'available')[],
): Promise<void> {
  const ledgerOf = parseRepository(`${host}/live-${process.pid}/${service}-ledger`);
  const image = parseRepository(`${host}/live-${process.pid}/${service}`);
  const reference = formatReference({ repository: image, digest: digestOf('a'.repeat(64)) });
  const bundle = await buildBundle(
    {
      service,
      environment: 'test',
      namespace: 'shop',
      version,
      images: [{ name: service, reference }],
      dependsOn: [],
      migration: 'none',
      verification: { soakMs: 0 },
      strategy: 'rolling',
    },
    [],
    [],
  );
  await pushBundle(client, ledgerOf, bundle);
  const ledger = openLedger({ client, clock, logger, repository: ledgerOf, environment: 'test' });
  let head = await ledger.read();
  const deployment = ledger.nextTag(head);
  for (const kind of kinds) {
    const draft = { kind, deployment, intent: 'deploy', bundle: bundle.digest } as const;
    head = await ledger.append(head, { ...draft, image: reference, version }, writer);
  }
}

test('what is live of each service: its attempt, its bundle, and its state', async () => {
  await record('catalog', '1.0.0', ['started', 'available']);
  await record('prices', '2.0.0', ['started']);

  const places = ['prices', 'catalog', 'nobody'].map(placeOf);
  const live = await readLiveServices(places, { client, clock, logger });

  expect([...live].map(([name, found]) => [name, found?.attempt.version])).toEqual([
    ['prices', undefined],
    ['catalog', '1.0.0'],
    ['nobody', undefined],
  ]);
  const catalog = live.get('catalog');
  expect(catalog?.bundle.config.service).toBe('catalog');
  expect(catalog?.state.live).toBe(catalog?.attempt.deployment);
});

test('the record of another service is refused, not read as one’s own', async () => {
  await record('orders', '1.0.0', ['started', 'available']);
  const borrowed = { ...placeOf('web'), ledger: `${host}/live-${process.pid}/orders-ledger` };

  const read = readLiveServices([borrowed], { client, clock, logger });

  await expect(read).rejects.toMatchObject({
    code: 'invalid-input',
    problems: [{ subject: 'ledger', expected: 'the record of web; it is that of orders' }],
  });
});
