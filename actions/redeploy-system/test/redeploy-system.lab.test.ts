import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { numberAt } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { readFileSync } from 'node:fs';
import { digestOf, parseTag } from '@slipway/core/image-ref';
import { pullBundle } from '@slipway/flow/deployment';
import type { Report } from '@slipway/flow/runtime';
import type { Cluster } from '@slipway/io/cluster';
import { readWith } from '@slipway/testing/inputs';
import { handMade, openShops, type Shop, type Shops } from '@slipway/testing/system';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';
import { run } from '../src/run.js';

let shops: Shops;

beforeAll(async () => {
  shops = await openShops('redeploy');
});

afterAll(async () => {
  await shops.close();
});

/** One step of a workflow. */
async function redeploy(
  shop: Shop,
  inputs: Readonly<Record<string, string>> = {},
  cluster: Cluster = shops.standby,
): Promise<Report> {
  const given = {
    mode: 'run',
    system: 'system.yml',
    'from-environment': 'test',
    'to-environment': 'standby',
    ...inputs,
  };
  const read = readWith(readInputs, given, { 'system.yml': shop.text });
  return report(await run(read, shop.runtime(cluster)));
}

/** `{ orders: '1.0.0 succeeded' }` */
function tellServices({ outputs }: Report): Readonly<Record<string, string>> {
  const services = JSON.parse(outputs['services'] ?? '') as Readonly<
    Record<string, { readonly version: string; readonly status: string }>
  >;
  return Object.fromEntries(
    Object.entries(services).map(([name, { version, status }]) => [name, `${version} ${status}`]),
  );
}

describe('a system in an empty cluster', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = shops.open(['orders', 'catalog']);
    await shop.deploy('catalog');
    await shop.deploy('orders', { dependsOn: ['catalog'] });
  });

  test('is planned and asked about first, then live in order, then unchanged', async () => {
    const source = await shop.listEvents('catalog', 'test');

    const planned = await redeploy(shop, { mode: 'plan' });
    const asked = await redeploy(shop, { 'dry-run': 'true' });
    const before = await shop.listEvents('catalog', 'standby');
    const first = await redeploy(shop);
    const again = await redeploy(shop);

    const would = { catalog: '1.0.0 planned', orders: '1.0.0 planned' };
    expect(tellServices(planned)).toEqual(would);
    expect(tellServices(asked)).toEqual(would);
    expect(before).toEqual([]);
    expect(tellServices(first)).toEqual({
      catalog: '1.0.0 succeeded',
      orders: '1.0.0 succeeded',
    });
    expect(tellServices(again)).toEqual({ catalog: '1.0.0 unchanged', orders: '1.0.0 unchanged' });
    expect([planned, asked, first, again].map(({ failure }) => failure)).toEqual(
      Array(4).fill(undefined),
    );
    expect(await shop.fetchVersion('orders')).toBe('1.0.0');
    expect(await shop.listEvents('catalog', 'standby')).toEqual([
      'started redeploy',
      'available redeploy',
      'verified redeploy',
      'known-good redeploy',
    ]);
    expect(await shop.listEvents('catalog', 'test')).toEqual(source);
  });

  test('names what it chose in a file', async () => {
    const { outputs } = await redeploy(shop, { mode: 'plan', only: 'catalog' });

    const snapshot = JSON.parse(readFileSync(outputs['snapshot'] ?? '', 'utf8')) as unknown;
    const { state } = await shop.ledger('catalog', 'test').read();
    const { bundle, image } = state.attempts[0] ?? {};
    expect(snapshot).toMatchObject({
      system: 'shop',
      environment: 'test',
      services: { catalog: { version: '1.0.0', bundle, image } },
    });
  });

  test('has its bundles in ledgers of its own, under the tags that keep them', async () => {
    const { client } = shops.stage;
    const ledger = shop.ledger('orders', 'standby');
    const { repository } = ledger;
    const digest = (await ledger.read()).state.attempts[0]?.bundle ?? digestOf('0'.repeat(64));

    const { config } = await pullBundle(client, repository, digest);
    const tag = await client.resolve(repository, parseTag(`bundle-${digest.slice(7, 19)}`));

    expect(config).toMatchObject({ service: 'orders', dependsOn: ['catalog'] });
    expect(tag?.digest).toBe(digest);
  });

  test('tells in its log whose line is whose', () => {
    const { lines } = shops.stage.logger;

    expect(lines).toContain('[group] Wave 2 of 2: orders');
    expect(lines).toContain('[orders] 1.0.0: unchanged');
  });

  test('is not deployed to its own cluster, although the settings name another', async () => {
    const events = await shop.listEvents('catalog', 'test');

    const { failure, summary } = await redeploy(shop, {}, shops.stage.cluster);

    expect(failure).toMatchObject({
      code: 'invalid-input',
      problems: [
        {
          subject: 'context',
          expected: 'the cluster of standby; it leads to that of test, which is only read',
        },
      ],
    });
    expect(summary).toContain('### ⛔ shop, test → standby: refused, nothing was changed');
    expect(await shop.listEvents('catalog', 'test')).toEqual(events);
  });
});

describe('what is in the way is told before anything is written', () => {
  test('a dependency that is not live there', async () => {
    const shop = shops.open(['web', 'prices']);
    await shop.deploy('web', { dependsOn: ['prices', 'nowhere'] });

    const partly = await redeploy(shop, { only: 'web' });
    const whole = await redeploy(shop);

    expect(partly.failure).toMatchObject({
      code: 'dependency-missing',
      message:
        'web needs nowhere, which is not live in standby; web needs prices, which is not live in standby',
    });
    expect(whole.failure).toMatchObject({
      code: 'not-found',
      message: 'prices has no known-good bundle in test: nothing was ever deployed there',
    });
    expect(tellServices(whole)).toEqual({ web: '1.0.0 refused' });
    expect(await shop.listEvents('web', 'standby')).toEqual([]);
  });
});

describe('a service that cannot start there', () => {
  test('has its own code; what needs it is not begun, what does not is live; later it goes on', async () => {
    const { stage, standby } = shops;
    const shop = shops.open(['front', 'basket', 'stock', 'mail']);
    const metadata = { name: handMade, namespace: stage.namespace };
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    await shop.deploy('mail');
    await stage.cluster.apply(settings, { fieldManager: 'test' });
    await shop.deploy('stock', { needsHandMade: true });
    await shop.deploy('basket', { dependsOn: ['stock'] });
    await shop.deploy('front', { dependsOn: ['mail'] });

    const first = await redeploy(shop);
    const begun = await shop.listEvents('basket', 'standby');
    await standby.apply(settings, { fieldManager: 'test' });
    await untilAvailable(standby, { namespace: stage.namespace, name: 'stock' });
    const again = await redeploy(shop);

    expect(first.failure).toMatchObject({
      code: 'config-missing',
      message: '1 of 4 services failed, first stock',
    });
    expect(tellServices(first)).toEqual({
      mail: '1.0.0 succeeded',
      stock: '1.0.0 failed',
      basket: '1.0.0 skipped',
      front: '1.0.0 succeeded',
    });
    expect(first.summary).toContain('| 2 | basket | 1.0.0 | skipped: needs stock |');
    expect(first.summary).toContain('✗ stock 1.0.0 failed: config-missing');
    expect(begun).toEqual([]);
    expect(again.failure).toBeUndefined();
    expect(tellServices(again)).toEqual({
      mail: '1.0.0 unchanged',
      stock: '1.0.0 succeeded',
      basket: '1.0.0 succeeded',
      front: '1.0.0 unchanged',
    });
  });
});

/** The kubelet looks again for what was missing at times of its own. */
async function untilAvailable(
  cluster: typeof shops.standby,
  place: { readonly namespace: string; readonly name: string },
): Promise<void> {
  const identity = { apiVersion: 'apps/v1', kind: 'Deployment', ...place };
  for (;;) {
    const deployment = await cluster.get(identity);
    if (numberAt(deployment, 'status', 'availableReplicas') !== undefined) return;
    await systemClock.sleep(200);
  }
}
