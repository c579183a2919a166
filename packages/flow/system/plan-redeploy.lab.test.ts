import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseSystem } from '@slipway/core/config';
import { digestOf } from '@slipway/core/image-ref';
import { openLab, type Lab } from '@slipway/lab/parts';
import { openTestClient } from '@slipway/testing/registry';
import { appendEvents } from '@slipway/testing/system';
import { openLedger, resolveLedgerRepository } from '../ledger/index.js';
import { planRecordPlaces } from './record-places.js';
import { planRedeploy, type ChosenService, type RedeployRequest } from './plan-redeploy.js';

let lab: Lab;
let host: string;
let parts: Awaited<ReturnType<typeof openTestClient>>;

beforeAll(async () => {
  lab = await openLab();
  ({ host } = await lab.registry('candidates'));
  parts = await openTestClient({ plainHttp: [host] });
});

afterAll(async () => {
  parts.client.close();
  await lab.close();
});

/** The digest that `appendEvents` gives a bundle of this version. */
const bundleOf = (version: string) =>
  digestOf(Buffer.from(version).toString('hex').padEnd(64, '0'));

/** A service with ledgers of its own, chosen in `test`, and what was asked. */
function choose(
  name: string,
  images: readonly string[],
): { readonly request: RedeployRequest; readonly chosen: ChosenService } {
  const text = `
apiVersion: slipway/v1
system: shop
services: { ${name}: { image: "${host}/plan-${process.pid}/${name}" } }
environments: { test: {}, standby: { like: test } }
`;
  const system = parseSystem(text, 'system.yml');
  const request = { system, services: [name], from: 'test', to: 'standby', namespace: 'shop' };
  const [source] = planRecordPlaces(system, ['test'], [name]);
  if (source === undefined) throw new Error('no place');
  const config = {
    service: name,
    environment: 'test',
    namespace: 'shop',
    version: '1.0.0',
    images: images.map((reference) => ({ name, reference })),
    dependsOn: [],
    migration: 'none',
    verification: { soakMs: 0 },
    strategy: 'rolling',
  } as const;
  const bundle = { digest: bundleOf('1.0.0'), config, objects: [] };
  return { request, chosen: { name, source, bundle, image: images[0] ?? '', explanation: '' } };
}

describe('planRedeploy', () => {
  test('every image that is gone is named', async () => {
    const image = `${host}/plan-${process.pid}/gone@${bundleOf('1')}`;
    const helper = `${host}/plan-${process.pid}/helper@${bundleOf('2')}`;
    const { request, chosen } = choose('gone', [image, helper]);

    const plan = planRedeploy(request, [chosen], parts);

    await expect(plan).rejects.toMatchObject({
      code: 'not-found',
      message: `the image ${image} of gone and the image ${helper} of gone are not in the registry`,
    });
  });

  test('what is quarantined there is refused, with the reason', async () => {
    const { request, chosen } = choose('bad', []);
    const [place] = planRecordPlaces(request.system, ['standby'], ['bad']);
    if (place === undefined) throw new Error('no place');
    const repository = resolveLedgerRepository(place);
    const ledger = openLedger({ ...parts, repository, environment: 'standby' });
    await appendEvents(ledger, '1.0.0', ['started', 'failed', 'quarantined']);

    const plan = planRedeploy(request, [chosen], parts);

    await expect(plan).rejects.toMatchObject({
      code: 'quarantined',
      message:
        'bad 1.0.0 is quarantined in standby since 2026-01-01T00:00:00.000Z: no reason given',
    });
  });

  test('what is live there with this very bundle is known', async () => {
    const { request, chosen } = choose('there', []);
    const [place] = planRecordPlaces(request.system, ['standby'], ['there']);
    if (place === undefined) throw new Error('no place');
    const repository = resolveLedgerRepository(place);
    const ledger = openLedger({ ...parts, repository, environment: 'standby' });
    const before = await planRedeploy(request, [chosen], parts);
    await appendEvents(ledger, '1.0.0', ['started', 'available', 'verified']);

    const after = await planRedeploy(request, [chosen], parts);

    expect(before.waves).toMatchObject([[{ name: 'there', isThere: false }]]);
    expect(after.waves).toMatchObject([[{ name: 'there', isThere: true, there: '1.0.0' }]]);
  });
});
