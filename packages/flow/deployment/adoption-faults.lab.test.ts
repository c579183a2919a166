import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { valueAt } from '@slipway/core/manifest';
import { FormerService } from '@slipway/testing/adoption';
import { openStage, type Stage } from '@slipway/testing/stage';
import { fieldManagerOf } from './field-manager.js';
import { planDeploy, verifyRecord } from './index.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('adopt', { account: [] });
}, 1_500_000);

afterAll(async () => {
  await stage.close();
}, 60_000);

describe('when the first deployment of Slipway’s goes wrong', () => {
  test('it goes back to what ran before by itself', async () => {
    const service = new FormerService(stage, 'badly');
    await service.apply();

    const outcome = await service.deploy('2.0.0', 'crash');

    expect(outcome).toMatchObject({
      status: 'rolled-back',
      rolledBackTo: { version: '1.0.0-badly' },
      failure: { code: 'crash-loop' },
      quarantined: '2.0.0',
    });
    expect(await service.answer()).toBe('v1.0.0-badly');
    expect(valueAt(await service.get('ConfigMap'), 'data')).toEqual({ colour: 'blue', old: 'yes' });
    expect(await verifyRecord(service.context)).toMatchObject({ problems: [] });
  });

  test('killed after every step of the adoption, it is adopted once and nothing is restarted', async () => {
    const service = new FormerService(stage, 'killed');
    await service.apply();
    const before = await service.running();
    let patches = 0;

    await service.dieAt('2.0.0', (deed) => deed === 'append started');
    const recorded = await service.kinds();
    await service.dieAt('2.0.0', (deed) => deed.startsWith('patch') && (patches += 1) === 2);
    const half = [await service.managers('ConfigMap'), await service.managers('Deployment')];
    const between = await service.running();
    const outcome = await service.deploy('2.0.0');

    expect(recorded).toEqual(['adopted 1.0.0-killed']);
    const manager = fieldManagerOf(service.context.service);
    expect(half).toEqual([[manager], ['kubectl-client-side-apply']]);
    expect(between).toEqual(before);
    expect(outcome.status).toBe('succeeded');
    expect((await service.kinds()).filter((kind) => kind.startsWith('adopted'))).toHaveLength(1);
    expect(valueAt(await service.get('ConfigMap'), 'data')).toEqual({ colour: 'blue' });
  });

  test('what does not run well is nothing to return to, and is said before', async () => {
    const service = new FormerService(stage, 'broken');
    const path = await service.writeFormer();
    await service.kubectl('apply', '-f', path);
    await service.kubectl(
      'set',
      'image',
      'deployment/broken',
      `web=${stage.registryHost}/no/such:image`,
    );

    const plan = await planDeploy(service.context, await service.request('2.0.0'));
    const outcome = await service.deploy('2.0.0');

    const title = `Deployment ${stage.namespace}/broken`;
    const obstacle = `${title} has no pod of its newest revision that is ready`;
    expect(plan.adopted).toMatchObject({ obstacle });
    expect(outcome).toMatchObject({ status: 'succeeded', adopted: { obstacle } });
    expect((await service.kinds())[0]).toBe('started 2.0.0');
    expect(await service.managers('Deployment')).toEqual([fieldManagerOf(service.context.service)]);
    expect(JSON.stringify(await service.get('Deployment'))).not.toContain('OLD');
  });
});

describe('what else may be there', () => {
  test('an object without a record of its managers is taken over as a whole', async () => {
    const service = new FormerService(stage, 'unrecorded');
    await service.apply();
    const clear = '[{"op":"replace","path":"/metadata/managedFields","value":[{}]}]';
    await service.kubectl('patch', 'configmap', 'unrecorded', '--type=json', '--patch', clear);

    const outcome = await service.deploy('2.0.0');

    expect(outcome.status).toBe('succeeded');
    expect(await service.managers('ConfigMap')).toEqual([fieldManagerOf(service.context.service)]);
    expect(valueAt(await service.get('ConfigMap'), 'data')).toEqual({ colour: 'blue' });
  });

  test('what another tool made beside it is part of what ran: going back does not delete it', async () => {
    const service = new FormerService(stage, 'beside');
    await service.apply();
    const data = ['--from-literal=colour=blue', '--from-literal=old=yes'];
    await service.kubectl('delete', 'configmap', 'beside');
    await service.kubectl('create', 'configmap', 'beside', ...data, '--field-manager=dashboard');

    const outcome = await service.deploy('2.0.0', 'crash');

    expect(outcome).toMatchObject({ status: 'rolled-back' });
    expect(valueAt(await service.get('ConfigMap'), 'data')).toEqual({ colour: 'blue', old: 'yes' });
    expect(await verifyRecord(service.context)).toMatchObject({ problems: [] });
  });

  test('replicas that an autoscaler sets stay as they are', async () => {
    const service = new FormerService(stage, 'scaled', { isAutoscaled: true });
    await service.kubectl('apply', '-f', await service.writeFormer());
    await service.kubectl('autoscale', 'deployment', 'scaled', '--min=2', '--max=4');
    await service.kubectl('rollout', 'status', 'deployment/scaled', '--timeout=60s');

    const outcome = await service.deploy('2.0.0');

    expect(outcome.status).toBe('succeeded');
    expect(valueAt(await service.get('Deployment'), 'spec', 'replicas')).toBe(2);
  });
});
