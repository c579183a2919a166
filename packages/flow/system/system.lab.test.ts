import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { appendEvents, openShops, type Shops } from '@slipway/testing/system';
import { finishRedeploy, planRecordPlaces } from './index.js';

let shops: Shops;

beforeAll(async () => {
  shops = await openShops('killed');
});

afterAll(async () => {
  await shops.close();
});

test('the post step of a killed run ends what that run began, and nothing else', async () => {
  const node = { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' };
  const uid = (await shops.standby.get(node))?.metadata.uid;
  const services = ['mine', 'theirs', 'ended'];
  const shop = shops.open(services);
  for (const service of services) {
    await appendEvents(shop.ledger(service, 'standby'), '1.0.0', ['started'], uid);
  }
  const places = planRecordPlaces(shop.system, ['standby'], services);
  const registry = { credentials: [], plainHttp: [] };
  const target = { namespace: shops.stage.namespace, registry, cluster: {} };
  const state = new Map([
    ['slipway-began-mine', 'true'],
    ['slipway-began-ended', 'true'],
    ['slipway-ended-ended', 'true'],
  ]);

  const runtime = shop.runtime(shops.standby);
  await finishRedeploy(runtime, places, target, (name) => state.get(name));

  expect(await shop.listEvents('mine', 'standby')).toEqual(['started deploy', 'abandoned deploy']);
  expect(await shop.listEvents('theirs', 'standby')).toEqual(['started deploy']);
  expect(await shop.listEvents('ended', 'standby')).toEqual(['started deploy']);
});
