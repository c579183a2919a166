import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatRepository, parseTag } from '@slipway/core/image-ref';
import { fetchEvidence } from '../evidence/index.js';
import { failureOf, openProduction, type Production } from '@slipway/testing/production';

let production: Production;

beforeAll(async () => {
  production = await openProduction('promotion');
});

afterAll(async () => {
  await production.close();
});

describe('from a candidate to production', () => {
  test('exactly what was planned arrives, with its evidence, and goes live', async () => {
    const service = production.service('straight');
    const candidate = await service.candidate('1.0.0', 'unit-tests', 'integration');

    const file = await service.planFile(candidate);
    const applied = await service.apply(file);
    const outcome = await service.deploy(file);

    expect(file.plan).toMatchObject({ level: 'major', decision: 'proceed', version: '1.0.0' });
    expect(applied.reference).toBe(
      `${formatRepository(service.productionImage)}@${candidate.digest}`,
    );
    expect(applied.copied.referrers).toBe(2);
    const tagged = await production.client.resolve(service.productionImage, parseTag('1.0.0'));
    expect(tagged?.digest).toBe(candidate.digest);
    const { logger } = production.stage;
    const there = await fetchEvidence(
      production.client,
      service.productionImage,
      candidate.digest,
      logger,
    );
    expect(there.map(({ statement }) => statement.testResult?.gate).toSorted()).toEqual([
      'integration',
      'unit-tests',
    ]);
    expect(outcome).toMatchObject({ status: 'succeeded', bundle: file.plan.bundle });
    for (const tag of ['1.0', '1', 'latest']) {
      const moved = await production.client.resolve(service.productionImage, parseTag(tag));
      expect(moved?.digest).toBe(candidate.digest);
    }
  });

  test('the next plan is judged against what is live, and waits for its review', async () => {
    const service = production.service('next');
    const first = await service.candidate('1.0.0', 'unit-tests');
    const live = await service.planFile(first);
    await service.apply(live);
    await service.deploy(live);
    const second = await service.candidate('1.1.0', 'unit-tests', 'integration');

    const planned = await service.plan(second);
    const file = await service.planFile(second);
    const unasked = await failureOf(service.apply(file));
    const review = { environment: 'production-approval', actor: 'ada', comment: '' } as const;
    const rejected = await failureOf(service.apply(file, [{ ...review, state: 'rejected' }]));
    const elsewhere = { ...review, environment: 'staging', state: 'approved' } as const;
    const other = await failureOf(service.apply(file, [elsewhere]));
    const approval = { ...review, state: 'approved' } as const;
    const replayed = await failureOf(service.apply(file, [approval], { run: 'shop/app/2' }));
    const changedMind = [{ ...review, state: 'rejected' } as const, approval];
    const both = await failureOf(service.apply(file, changedMind));
    const isThereBefore = await service.isInProduction(second);
    const applied = await service.apply(file, [approval]);

    expect(planned.plan).toMatchObject({
      level: 'minor',
      decision: 'approve',
      approvalEnvironment: 'production-approval',
      live: { version: '1.0.0', bundle: live.plan.bundle },
    });
    expect(planned.diff.changes).toEqual([
      { object: `Deployment ${production.stage.namespace}/app`, change: 'changed' },
    ]);
    expect(planned.diff.text).toContain(
      `+        - image: ${formatRepository(service.productionImage)}@${second.digest}`,
    );
    expect([unasked, rejected, other, replayed, both].map(({ code }) => code)).toEqual(
      Array(5).fill('approval-missing'),
    );
    expect(unasked.message).toBe(
      'the plan needs the approval of production-approval, and in this run nobody has approved it',
    );
    expect(rejected.message).toContain('ada has rejected it');
    expect(replayed.message).toBe(
      'the plan was made in the run shop/app/1, and this is shop/app/2: who approved this run did not see it',
    );
    expect(isThereBefore).toBe(false);
    expect(applied.approvedBy).toBe('ada');
  });

  test('the same sources give the same plan', async () => {
    const service = production.service('same');
    const candidate = await service.candidate('1.0.0', 'unit-tests');

    const [one, two] = [await service.planFile(candidate), await service.planFile(candidate)];

    expect(two.digest).toBe(one.digest);
  });
});
