import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatReference } from '@slipway/core/image-ref';
import { listImages, recordsAt, textAt, valueAt } from '@slipway/core/manifest';
import { liveAttempt } from '@slipway/core/release';
import { openLab, type Lab } from '@slipway/lab/parts';
import { FormerService, ways } from '@slipway/testing/adoption';
import { listGranted } from '@slipway/testing/rights';
import { openStage, type Stage } from '@slipway/testing/stage';
import { fieldManagerOf } from './field-manager.js';
import { planDeploy, verifyRecord } from './index.js';

let stage: Stage;
let lab: Lab;
let helm: string;

beforeAll(async () => {
  lab = await openLab();
  [stage, helm] = await Promise.all([
    openStage('adopt', { account: ['slipway-adopt'] }),
    lab.program('helm'),
  ]);
}, 1_500_000);

afterAll(async () => {
  await stage.close();
  await lab.close();
}, 60_000);

const isFirstApply = (deed: string): boolean => /^apply \w+$/.test(deed);

describe.each([...ways.keys()])('an application that was %s', (name) => {
  let service: FormerService;
  let before: unknown;
  const way = ways.get(name);
  if (way === undefined) throw new Error(`no way ${name}`);

  beforeAll(async () => {
    service = new FormerService(stage, name);
    await way.install(service, helm);
    await service.settle();
    before = await service.running();
  });

  test('a plan tells what would be adopted, and writes nothing', async () => {
    const live = await service.get('Deployment');

    const plan = await planDeploy(service.context, await service.request('2.0.0'));

    expect(plan).toMatchObject({ status: 'succeeded', previousVersion: `1.0.0-${name}` });
    expect([...(plan.adopted?.deployers ?? [])].toSorted()).toEqual(way.deployers.toSorted());
    expect(plan.adopted?.obstacle).toBeUndefined();
    expect(plan.pruned.map((identity) => identity.name)).toEqual(
      name === 'charted' ? ['charted-extra'] : [],
    );
    expect((await service.get('Deployment')).metadata.resourceVersion).toBe(
      live.metadata.resourceVersion,
    );
    expect(await service.kinds()).toEqual([]);
  });

  test('is adopted without a restart, also by a run that is killed before it applies anything', async () => {
    await service.dieAt('2.0.0', isFirstApply);

    expect(await service.running()).toEqual(before);
    expect(await service.kinds()).toEqual([`adopted 1.0.0-${name}`, 'started 2.0.0']);
    for (const kind of ['Deployment', 'Service', 'ConfigMap']) {
      expect(await service.managers(kind)).toEqual([fieldManagerOf(service.context.service)]);
      expect(JSON.stringify((await service.get(kind)).metadata)).not.toContain('last-applied');
    }
    expect(await service.answer()).toBe(`v1.0.0-${name}`);
    const { state } = await service.context.ledger.read();
    const { liveSince = '', adoptedAt = '' } = liveAttempt(state) ?? {};
    expect(Date.parse(liveSince)).toBeLessThan(Date.parse(adoptedAt));
    expect(await verifyRecord(service.context)).toMatchObject({ problems: [] });
  });

  test('the next run goes on; what the manifests do not have disappears', async () => {
    const outcome = await service.deploy('2.0.0');

    expect(outcome).toMatchObject({ status: 'succeeded', previousVersion: `1.0.0-${name}` });
    expect(await service.answer()).toBe(`2.0.0-${name}`);
    const deployment = await service.get('Deployment');
    expect(valueAt(deployment, 'spec', 'strategy')).toEqual({ type: 'Recreate' });
    expect(JSON.stringify(deployment)).not.toContain('OLD');
    expect(deployment.metadata.annotations).not.toHaveProperty('team');
    expect(valueAt(deployment, 'spec', 'replicas')).toBe(2);
    expect(valueAt(await service.get('ConfigMap'), 'data')).toEqual({ colour: 'blue' });
    expect(JSON.stringify(await service.get('Service'))).not.toContain('"name":"http"');
    expect(outcome.pruned.map((identity) => identity.name)).toEqual(
      name === 'charted' ? ['charted-extra'] : [],
    );
    expect((await service.kinds()).slice(2)).toEqual([
      'abandoned 2.0.0',
      'started 2.0.0',
      'available 2.0.0',
      `superseded 1.0.0-${name}`,
      'verified 2.0.0',
      'known-good 2.0.0',
    ]);
  });

  test('a person goes back to what ran before', async () => {
    const outcome = await service.rollBack();

    expect(outcome).toMatchObject({ status: 'succeeded', version: `1.0.0-${name}` });
    expect(outcome.explanation).toContain('ran here before Slipway');
    expect(await service.answer()).toBe(`v1.0.0-${name}`);
    const isByHand = name === 'edited';
    const deployment = await service.get('Deployment');
    const [image] = listImages([deployment]);
    const former = service.formerImage;
    expect(image?.image).toBe(former === undefined ? undefined : formatReference(former));
    expect(deployment.metadata.annotations?.['team']).toBe(isByHand ? 'hand' : 'old');
    expect(valueAt(deployment, 'spec', 'replicas')).toBe(way.replicas ?? 2);
    expect(valueAt(deployment, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable')).toBe(0);
    expect(JSON.stringify(deployment)).toContain(
      `"name":"OLD","value":"${isByHand ? 'by-hand' : '1'}"`,
    );
    const old = isByHand ? 'by hand' : 'yes';
    expect(valueAt(await service.get('ConfigMap'), 'data')).toEqual({ colour: 'blue', old });
    const port = isByHand ? 'http' : undefined;
    expect(textAt(recordsAt(await service.get('Service'), 'spec', 'ports')[0], 'name')).toBe(port);
    if (name === 'charted') await service.get('ConfigMap', 'charted-extra');
    expect(await verifyRecord(service.context)).toMatchObject({ problems: [] });
  });
});

test('nothing more is asked for than the documentation grants', () => {
  const granted = listGranted(['slipway-adopt']);
  const { used, denied } = stage.rights;

  expect([...granted].filter((right) => !used.has(right))).toEqual([]);
  expect([...denied]).toEqual([]);
});
