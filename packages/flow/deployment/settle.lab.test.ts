import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock, type Clock } from '@slipway/io/clock';
import { openService, type TestService } from '@slipway/testing/service';
import { openStage, type Stage } from '@slipway/testing/stage';
import { changeHold, deploy, planDeploy, planSettle, rollBack, settle } from './index.js';
import type { DeploymentContext } from './index.js';

const hourMs = 3_600_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage('settle', { account: [] });
});

afterAll(async () => {
  await stage.close();
});

/** The same service, looked at from a later time. */
function later({ context }: TestService, byMs: number): DeploymentContext {
  const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + byMs) };
  return { ...context, clock };
}

async function deployed(name: string): Promise<TestService> {
  const service = openService(stage, name);
  const outcome = await service.deploy('1.0.0', 'serve', { soakMs: hourMs });
  expect(outcome).toMatchObject({ status: 'succeeded', isKnownGood: false });
  expect(outcome.explanation).toMatch(/^1\.0\.0 is verified; its soak of 1 h ends at /);
  return service;
}

describe('a soak that is longer than a step waits', () => {
  test('is not over yet: nothing is recorded, and it says until when', async () => {
    const service = await deployed('early');

    const outcome = await settle(service.context);

    expect(outcome).toMatchObject({ status: 'unchanged', isKnownGood: false });
    expect(outcome.explanation).toMatch(/mode settle judges it/);
    expect(await service.kinds()).toEqual(['started 1.0.0', 'available 1.0.0', 'verified 1.0.0']);
  });

  test('held: known good by a later run; once more does nothing', async () => {
    const service = await deployed('held');
    const context = later(service, hourMs);

    const plan = await planSettle(context);
    const planned = await service.kinds();
    const outcome = await settle(context);
    const again = await settle(context);

    expect(plan).toMatchObject({ status: 'succeeded', isKnownGood: true });
    expect(planned).toHaveLength(3);
    expect(outcome).toMatchObject({ status: 'succeeded', version: '1.0.0', isKnownGood: true });
    expect(again).toMatchObject({ status: 'unchanged', isKnownGood: true });
    expect((await service.kinds()).slice(3)).toEqual(['known-good 1.0.0']);
  });

  test('a restart within it: failed and quarantined, and not rolled back', async () => {
    const service = await deployed('restarted');
    await service.killPods();
    // the window begins after a grace; a soak of an hour that began long ago has it behind it
    const context = later(service, hourMs);
    const { state } = await context.ledger.read();
    const attempts = state.attempts.map((attempt) => ({
      ...attempt,
      liveSince: new Date(Date.now() - hourMs).toISOString(),
    }));
    const read = async () => ({ ...(await context.ledger.read()), state: { ...state, attempts } });

    const outcome = await settle({ ...context, ledger: { ...context.ledger, read } });

    expect(outcome).toMatchObject({
      status: 'failed',
      failure: { code: 'soak-failed' },
      quarantined: '1.0.0',
    });
    expect(outcome.failure?.message).toMatch(/^Container web of restarted-.* restarted at /);
    expect((await service.kinds()).slice(3)).toEqual(['failed 1.0.0', 'quarantined 1.0.0']);
    expect(await service.answer()).toBe('1.0.0-restarted');
  });

  test('what runs is not the bundle any more: nothing is proven', async () => {
    const service = await deployed('drifted');
    await service.scale(1);

    const outcome = await settle(later(service, hourMs));

    expect(outcome).toMatchObject({ status: 'unchanged', isKnownGood: false });
    expect(outcome.explanation).toMatch(
      /^1\.0\.0 is not settled: not as the bundle has it: Deployment/,
    );
  });

  test('the next deployment settles it first when it is over, and supersedes it when it is not', async () => {
    const over = await deployed('over');
    const open = await deployed('open');

    await deploy(later(over, hourMs), await over.request('1.1.0', 'serve'));
    await open.deploy('1.1.0', 'serve');

    expect((await over.kinds()).slice(3, 5)).toEqual(['known-good 1.0.0', 'started 1.1.0']);
    expect((await open.kinds()).slice(3, 6)).toEqual([
      'started 1.1.0',
      'available 1.1.0',
      'superseded 1.0.0',
    ]);
  });

  test('nothing was ever deployed', async () => {
    await expect(settle(openService(stage, 'nothing').context)).rejects.toMatchObject({
      code: 'not-found',
      message: 'nothing of nothing is live in test: there is nothing to settle',
    });
  });
});

describe('a hold', () => {
  test('stops deployments with its reason, and nothing else; twice is once', async () => {
    const service = openService(stage, 'holding');
    await service.deploy('1.0.0', 'serve');
    await service.deploy('1.1.0', 'serve');
    const reason = 'black friday';

    const dry = await changeHold(service.context, { kind: 'hold', reason }, { isDryRun: true });
    const before = (await service.kinds()).length;
    const held = await changeHold(service.context, { kind: 'hold', reason }, { isDryRun: false });
    const again = await changeHold(service.context, { kind: 'hold', reason }, { isDryRun: false });
    const request = await service.request('1.2.0', 'serve');

    expect(dry).toMatchObject({ isChanged: true, hold: { reason } });
    expect(before).toBe(8);
    expect(held).toMatchObject({ isChanged: true, hold: { reason, actor: 'ada' } });
    expect(again.isChanged).toBe(false);
    for (const refused of [
      deploy(service.context, request),
      planDeploy(service.context, request),
    ]) {
      await expect(refused).rejects.toThrow(/^ada holds deployments since .*: black friday$/);
    }
    const back = { to: 'last-known-good', reason: 'slow', hold: false, timeoutMs: 60_000 };
    expect(await rollBack(service.context, back)).toMatchObject({ status: 'succeeded' });
    const free = await changeHold(service.context, { kind: 'release-hold' }, { isDryRun: false });
    expect(free).toEqual({ isChanged: true });
    expect((await deploy(service.context, request)).status).toBe('succeeded');
  });

  test('with a rollback: what was left does not come back by itself', async () => {
    const service = openService(stage, 'stopped');
    await service.deploy('1.0.0', 'serve');
    await service.deploy('1.1.0', 'serve');

    const request = { to: 'last-known-good', reason: 'slow', hold: true, timeoutMs: 60_000 };
    const back = await rollBack(service.context, request);

    expect(back).toMatchObject({ status: 'succeeded', version: '1.0.0' });
    await expect(service.deploy('1.2.0', 'serve')).rejects.toMatchObject({ code: 'held' });
  });
});
