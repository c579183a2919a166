import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import {
  digestOf,
  formatReference,
  formatRepository,
  parseRepository,
  type Digest,
  type PinnedReference,
} from '@slipway/core/image-ref';
import { buildBundle, pushBundle } from '@slipway/flow/deployment';
import { fetchEvidence } from '@slipway/flow/evidence';
import { openLedger } from '@slipway/flow/ledger';
import type { Report } from '@slipway/flow/runtime';
import { systemClock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import { createRegistryClient } from '@slipway/io/registry';
import { readWith } from '@slipway/testing/inputs';
import { openStage, type Stage } from '@slipway/testing/stage';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run, type GateRuntime } from '../src/run.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('gate');
  const { cluster, namespace } = stage;
  const metadata = { name: namespace };
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata });
}, 1_500_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

const catalog = digestOf('1'.repeat(64));
const storefront = digestOf('2'.repeat(64));

const passing = `printf '<testsuites><testsuite name="shop"><testcase name="an order is taken"/></testsuite></testsuites>\\n'`;
const failing = `printf '<testsuite><testcase name="an order is taken"><failure message="503"/></testcase><testcase name="b"/></testsuite>'; exit 1`;

type Texts = Readonly<Record<string, string>>;

interface Hooks {
  /** Called before the Job is created, and after. */
  readonly before?: () => Promise<void>;
  readonly after?: () => void;
  readonly signal?: AbortSignal;
}

/** A shop of its own: the records of its services, and steps of the gate for its orders. */
class Shop {
  readonly name: string;
  candidate: PinnedReference;

  constructor(name: string, candidate: PinnedReference) {
    this.name = name;
    this.candidate = candidate;
  }

  static async open(name: string): Promise<Shop> {
    const shop = new Shop(name, await stage.push({ version: `1.0.0-${name}`, behaviour: 'serve' }));
    await shop.goLive('orders', '1.0.0', shop.candidate.digest, ['catalog']);
    await shop.goLive('catalog', '2.0.0', catalog);
    await shop.goLive('storefront', '3.0.0', storefront, ['orders']);
    return shop;
  }

  changeCatalog(): Promise<void> {
    return this.goLive('catalog', '2.1.0', digestOf('4'.repeat(64)));
  }

  /** Records that a version became live, as a deployment does. */
  async goLive(
    service: string,
    version: string,
    digest: Digest,
    dependsOn: readonly string[] = [],
  ): Promise<void> {
    const { client, logger, namespace } = stage;
    const repository = parseRepository(this.#ledgerOf(service));
    const image = formatReference({ repository: stage.repository, digest });
    const environment = 'test';
    const config = {
      service,
      environment,
      namespace,
      version,
      images: [{ name: service, reference: image }],
      dependsOn,
      migration: 'none',
      verification: { soakMs: 0 },
      strategy: 'rolling',
    } as const;
    const bundle = await buildBundle(config, [], []);
    await pushBundle(client, repository, bundle);
    const ledger = openLedger({ client, clock: systemClock, logger, repository, environment });
    let head = await ledger.read();
    const about = { deployment: ledger.nextTag(head), bundle: bundle.digest, image };
    for (const kind of ['started', 'available', 'verified'] as const) {
      head = await ledger.append(head, { kind, intent: 'deploy', version, ...about }, writer);
    }
  }

  /** One step of a workflow; undefined inputs are left out. */
  async step(given: Texts, hooks: Hooks = {}): Promise<Report> {
    const { before, after, signal = new AbortController().signal } = hooks;
    const { logger, folder } = stage;
    const cluster: Cluster = {
      ...stage.cluster,
      apply: async (object, options) => {
        await before?.();
        const created = await stage.cluster.apply(object, options);
        after?.();
        return created;
      },
    };
    const runtime: GateRuntime = {
      logger,
      clock: systemClock,
      signal,
      run: { repository: 'shop/orders', runId: '7', attempt: 1, url: 'https://run', actor: 'ada' },
      workspace: folder,
      temporaryFolder: folder,
      openRegistry: (options) =>
        createRegistryClient({ ...options, logger, clock: systemClock, signal }),
      openCluster: () => Promise.resolve(cluster),
    };
    const inputs = {
      service: 'orders',
      environment: 'test',
      candidate: formatReference(this.candidate),
      'plain-http': stage.registryHost,
      ...given,
    };
    const files = { '.github/slipway.yml': this.#config() };
    return report(await run(readWith(readInputs, inputs, files), runtime));
  }

  /** The evidence of the candidate, as it is in the registry. */
  async evidence(): Promise<readonly unknown[]> {
    const { client, logger } = stage;
    const { repository, digest } = this.candidate;
    const stored = await fetchEvidence(client, repository, digest, logger);
    return stored.map(({ statement }) => statement.testResult);
  }

  #ledgerOf(service: string): string {
    return `${stage.registryHost}/${stage.namespace}/${this.name}/${service}-ledger`;
  }

  #config(): string {
    const test = { namespace: stage.namespace, ledger: this.#ledgerOf('{service}') };
    const services = { orders: {}, catalog: {}, storefront: {} };
    return JSON.stringify({ apiVersion: 'slipway/v1', services, environments: { test } });
  }
}

/** The holder of a Lease that nobody contests. */
const writer = {
  actor: 'ada',
  run: { repository: 'shop/orders', id: '1', attempt: 1, url: '' },
  lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
  acknowledged: undefined,
  assertHeld: () => undefined,
  acknowledge: () => Promise.resolve(),
};

function suite(shop: Shop, lines: string): Texts {
  return { 'suite-image': `${formatRepository(stage.repository)}:1.0.0-${shop.name}`, run: lines };
}

async function listJobs(): Promise<readonly string[]> {
  const type = { apiVersion: 'batch/v1', kind: 'Job' };
  const { items } = await stage.cluster.list(type, { namespace: stage.namespace });
  return items.map(({ metadata }) => metadata.name);
}

describe('a suite that runs', () => {
  test('passes: evidence on the candidate names whom it was tested against', async () => {
    const shop = await Shop.open('pass');

    const { outputs, summary, failure } = await shop.step(suite(shop, passing));
    const [evidence, ...others] = await shop.evidence();
    const verified = await shop.step({ mode: 'verify' });

    expect(failure).toBeUndefined();
    expect(outputs).toMatchObject({ status: 'passed', tests: '1', failures: '0' });
    expect(outputs['tested-against']).toBe(JSON.stringify({ catalog, storefront }));
    expect(readFileSync(outputs['junit'] ?? '', 'utf8')).toContain('an order is taken');
    expect(summary).toContain(`| catalog | 2.0.0 | \`${catalog}\` |`);
    expect(others).toEqual([]);
    expect(evidence).toMatchObject({
      gate: 'integration',
      result: 'PASSED',
      tests: { passed: 1, failed: 0, skipped: 0 },
      neighbours: { catalog, storefront },
      environment: 'test',
      run: 'https://run',
    });
    expect(verified.failure).toBeUndefined();
    expect(verified.outputs).toMatchObject({ status: 'passed', evidence: outputs['evidence'] });
    expect(await listJobs()).toEqual([]);
  });

  test('fails: the tests are named, and the evidence says so', async () => {
    const shop = await Shop.open('fail');

    const { outputs, summary, failure } = await shop.step(suite(shop, failing));
    const verified = await shop.step({ mode: 'verify' });

    expect(failure?.code).toBe('integration-failed');
    expect(failure?.message).toBe('1 of 2 integration tests failed: an order is taken (503)');
    expect(outputs).toMatchObject({ status: 'failed', tests: '2', failures: '1' });
    expect(summary).toContain('| an order is taken | 503 |');
    expect(await shop.evidence()).toMatchObject([{ result: 'FAILED' }]);
    expect(verified.failure?.code).toBe('evidence-missing');
    expect(verified.outputs['status']).toBe('failed');
  });

  test('is a manifest without a report: its exit code is the answer, and it knows whom it tests', async () => {
    const shop = await Shop.open('manifest');
    const [image] = Object.values(suite(shop, ''));
    const script = 'test "$SLIPWAY_ENVIRONMENT" = test && echo "$SLIPWAY_CANDIDATE" >&2';
    const containers = [{ name: 'tests', image: 'shop-suite', command: ['sh', '-c', script] }];
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'shop-suite' } };
    const manifest = { ...job, spec: { template: { spec: { containers } } } };
    writeFileSync(join(stage.folder, 'suite.yaml'), JSON.stringify(manifest));
    const inputs = { suite: 'suite.yaml', 'suite-images': `shop-suite=${image ?? ''}` };

    const { outputs, summary } = await shop.step(inputs);

    expect(outputs).toMatchObject({ status: 'passed', tests: '', junit: '' });
    expect(summary).toContain('⚠️ the suite printed no JUnit report');
    expect(stage.logger.lines).toContain(`| ${formatReference(shop.candidate)}`);
    expect(await shop.evidence()).toMatchObject([{ result: 'PASSED', gate: 'integration' }]);
  });

  test('while a neighbour changes: inconclusive, and nothing is recorded', async () => {
    const shop = await Shop.open('drift');

    const before = (): Promise<void> => shop.changeCatalog();
    const { outputs, failure } = await shop.step(suite(shop, passing), { before });

    expect(outputs['status']).toBe('inconclusive');
    expect(failure).toMatchObject({
      code: 'integration-inconclusive',
      message:
        'the suite passed, but not against what is live now: while it ran, catalog went from 2.0.0 (sha256:111111111111) to 2.1.0 (sha256:444444444444)',
    });
    expect(await shop.evidence()).toEqual([]);
  });

  test('and is cancelled: no Job is left', async () => {
    const shop = await Shop.open('cancel');
    const cancelled = new AbortController();
    const reason = new SlipwayError('interrupted', 'interrupted by SIGINT');

    const hooks = { signal: cancelled.signal, after: () => cancelled.abort(reason) };
    const step = shop.step(suite(shop, 'while true; do sleep 1; done'), hooks);

    await expect(step).rejects.toBe(reason);
    expect(await listJobs()).toEqual([]);
    expect(await shop.evidence()).toEqual([]);
  });
});

describe('a suite that cannot answer', () => {
  test.each<[what: string, shop: string, inputs: (shop: Shop) => Texts, sentence: RegExp]>([
    [
      'an image that is not there, by tag',
      'no-tag',
      () => ({ 'suite-image': `${formatRepository(stage.repository)}:none` }),
      /^its image \S+:none is not in the registry$/,
    ],
    [
      'an image that is not there, by digest',
      'no-digest',
      () => ({ 'suite-image': `${formatRepository(stage.repository)}@${storefront}` }),
      /^Image \S+ of container suite of Job \S+ does not exist in the registry$/,
    ],
    [
      'a program that is not there',
      'no-program',
      (shop) => suite(shop, 'no-such-program'),
      /^it ended with exit code 127 and printed no JUnit report, so it is not known whether a test failed$/,
    ],
    [
      'no end',
      'no-end',
      (shop) => ({ ...suite(shop, 'trap exit TERM; while true; do sleep 1; done'), timeout: '5s' }),
      /^it did not end within 5 s: 0 of 1 completions$/,
    ],
  ])('%s', async (_what, name, inputs, sentence) => {
    const shop = await Shop.open(name);

    const { outputs, failure } = await shop.step(inputs(shop));

    const [, why] = failure?.message.split(/^the integration suite could not answer: /) ?? [];
    expect(why).toMatch(sentence);
    expect(failure?.code).toBe('integration-errored');
    expect(outputs['status']).toBe('errored');
    expect(outputs['tested-against']).toBe(JSON.stringify({ catalog, storefront }));
    expect(await shop.evidence()).toEqual([]);
    expect(await listJobs()).toEqual([]);
  });

  test('about a candidate that is not live', async () => {
    const shop = await Shop.open('not-live');
    const live = formatReference(shop.candidate);
    shop.candidate = await stage.push({ version: '1.1.0', behaviour: 'crash' });

    const { outputs, failure } = await shop.step(suite(shop, passing));

    expect(failure).toMatchObject({
      code: 'integration-errored',
      message: `the candidate ${shop.candidate.digest} is not what is live of orders in test: 1.0.0 is (${live})`,
    });
    expect(outputs['status']).toBe('errored');
    expect(await shop.evidence()).toEqual([]);
  });
});

describe('verify', () => {
  test('nothing there, too old, and neighbours that went on', async () => {
    const shop = await Shop.open('verify');
    const verify = (more: Texts = {}): Promise<Report> => shop.step({ mode: 'verify', ...more });

    const missing = await verify();
    await shop.step({ ...suite(shop, passing), neighbours: 'catalog' });
    const old = await verify({ 'max-age': '0s' });
    const other = await verify({ neighbours: 'catalog, storefront' });
    await shop.changeCatalog();
    const reported = await verify();
    const refused = await verify({ 'neighbour-drift': 'refuse' });

    const image = formatReference(shop.candidate);
    const drift =
      'what it was tested against is no longer live: catalog was sha256:111111111111 and is 2.1.0 (sha256:444444444444)';
    expect(missing.failure).toMatchObject({
      code: 'evidence-missing',
      message: `${image} has not passed the gate: it has no integration evidence of test`,
    });
    expect(old.failure?.message).toMatch(
      /its integration evidence of test is .* old, and 0 s is allowed$/,
    );
    expect(other.failure?.message).toMatch(/was not made against storefront$/);
    expect(reported.outputs).toMatchObject({
      status: 'passed',
      tests: '1',
      'tested-against': JSON.stringify({ catalog }),
    });
    expect(reported.summary).toContain(`⚠️ ${drift}`);
    expect(refused.failure?.message).toBe(`${image} has not passed the gate: ${drift}`);
    expect(refused.outputs['status']).toBe('inconclusive');
  });
});

test('a dry run has the cluster check the Job, and leaves nothing', async () => {
  const shop = await Shop.open('dry');

  const { outputs, summary } = await shop.step({ ...suite(shop, passing), 'dry-run': 'true' });

  expect(outputs).toMatchObject({ status: 'inconclusive', evidence: '' });
  expect(summary).toContain('🔎 integration of orders in test: dry run, the suite would run');
  expect(await listJobs()).toEqual([]);
  expect(await shop.evidence()).toEqual([]);
});
