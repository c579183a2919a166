import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestOf, formatReference, parseRepository } from '@slipway/core/image-ref';
import { buildBundle, pushBundle } from '@slipway/flow/deployment';
import { openLedger, type LedgerWriter } from '@slipway/flow/ledger';
import { systemClock } from '@slipway/io/clock';
import { createRegistryClient, type RegistryClient } from '@slipway/io/registry';
import { openLab } from '@slipway/lab/parts';
import { createGitBench, type TestRepository } from '@slipway/testing/git';
import { createRecordingLogger } from '@slipway/testing/logger';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

const bench = createGitBench({ readInputs, run, report });
afterAll(() => bench.clear());

const logger = createRecordingLogger();
const clock = systemClock;
const inputs = { all: 'true', base: 'deployed', environment: 'test' };
let client: RegistryClient;
let prefix: string;
let repository: TestRepository;
let hashes: readonly string[];

beforeAll(async () => {
  const { host } = await (await openLab()).registry('candidates');
  const { signal } = new AbortController();
  const options = { credentials: [], plainHttp: [host], logger, clock, signal };
  client = await createRegistryClient(options);
  prefix = `${host}/versions-${process.pid}`;
  repository = await bench.open();
  const change = (message: string, path: string) => ({ message, files: { [path]: message } });
  hashes = await repository.commit(
    { message: 'feat: begin', files: { 'orders/a': '', 'web/a': '' } },
    change('feat: web', 'web/b'),
    change('fix: orders', 'orders/b'),
    change('docs: web', 'web/c'),
  );
});
afterAll(() => client.close());

/** The holder of a Lease that nobody contests. */
const writer: LedgerWriter = {
  actor: 'ada',
  run: { repository: 'shop/orders', id: '1', attempt: 1, url: '' },
  lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
  acknowledged: undefined,
  assertHeld: () => undefined,
  acknowledge: () => Promise.resolve(),
};

/** Records that a version, made from a commit, is live. */
async function deploy(service: string, version: string, commit: string): Promise<void> {
  const ledgerOf = parseRepository(`${prefix}/${service}-ledger`);
  const image = parseRepository(`${prefix}/${service}`);
  const reference = formatReference({ repository: image, digest: digestOf('a'.repeat(64)) });
  const bundle = await buildBundle(
    {
      ...{ service, version, commit, environment: 'test', namespace: 'shop' },
      images: [{ name: service, reference }],
      ...{ dependsOn: [], migration: 'none', verification: { soakMs: 0 }, strategy: 'rolling' },
    },
    [],
    [],
  );
  await pushBundle(client, ledgerOf, bundle);
  const ledger = openLedger({ client, clock, logger, repository: ledgerOf, environment: 'test' });
  let head = await ledger.read();
  const deployment = ledger.nextTag(head);
  for (const kind of ['started', 'available', 'verified', 'known-good'] as const) {
    const draft = { kind, deployment, intent: 'deploy', bundle: bundle.digest } as const;
    head = await ledger.append(head, { ...draft, image: reference, version }, writer);
  }
}

async function listChanged(): Promise<readonly string[]> {
  const config = `apiVersion: slipway/v1
services:
  orders: { paths: [orders], image: "${prefix}/orders" }
  web: { paths: [web], image: "${prefix}/web" }
environments: { test: { context: test, namespace: shop } }
`;
  const openRegistry = () => Promise.resolve({ ...client, close: () => undefined });
  const { matrix = '' } = await bench.outputsOf(repository, inputs, {
    config,
    runtime: { openRegistry },
  });
  const { include } = JSON.parse(matrix) as { include: { service: string; version: string }[] };
  return include.map(({ service, version }) => `${service} ${version}`);
}

test('what is deployed decides which services changed', async () => {
  const [begin = '', , fix = ''] = hashes;

  const nothing = await listChanged();
  await deploy('orders', '0.1.1', fix);
  await deploy('web', '0.1.0', begin);
  const behind = await listChanged();
  await deploy('web', '0.2.0', hashes[1] ?? '');
  const words = await listChanged();
  await deploy('web', '0.2.1', hashes[3] ?? '');
  const same = await listChanged();

  expect(nothing).toEqual(['orders 0.1.1', 'web 0.2.0']);
  expect(behind).toEqual(['web 0.2.0']);
  expect(words).toEqual([expect.stringMatching(/^web 0\.2\.1-dev\.1\./)]);
  expect(same).toEqual([]);
});

test('a commit that is not in the clone is refused', async () => {
  await deploy('web', '9.0.0', 'f'.repeat(40));

  await expect(listChanged()).rejects.toMatchObject({
    code: 'history-incomplete',
    message: `the commit to compare with, ${'f'.repeat(40)}, is not in this clone`,
  });
});
