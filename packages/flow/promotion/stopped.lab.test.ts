import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatRepository, parsePinnedReference } from '@slipway/core/image-ref';
import { failureOf, openProduction, policy, type Production } from '@slipway/testing/production';
import { readPlanFile } from './index.js';

let production: Production;

beforeAll(async () => {
  production = await openProduction('stopped');
});

afterAll(async () => {
  await production.close();
});

describe('what stops it before anything is written', () => {
  test('evidence is missing', async () => {
    const service = production.service('unproven');
    const candidate = await service.candidate('1.0.0');

    const { block, plan } = await service.plan(candidate);

    expect(plan).toBeUndefined();
    expect(block?.code).toBe('evidence-missing');
    expect(block?.message).toBe(
      'unproven 1.0.0 may not go to production: unit-tests: no evidence about this image',
    );
  });

  test('evidence of another image does not count', async () => {
    const service = production.service('borrowed');
    const proven = await service.candidate('1.0.0', 'unit-tests');
    const candidate = await service.candidate('1.0.1');

    const { block } = await service.plan(candidate);

    expect(proven.digest).not.toBe(candidate.digest);
    expect(block?.code).toBe('evidence-missing');
  });

  test('the policy blocks it: the test failed later', async () => {
    const service = production.service('failed');
    const candidate = await service.candidate('1.0.0', 'unit-tests');
    const file = await service.planFile(candidate);
    await service.prove(candidate, 'unit-tests', 'FAILED');

    const { block } = await service.plan(candidate);
    const late = await failureOf(service.apply(file));

    expect([block?.code, late.code]).toEqual(['policy-blocked', 'policy-blocked']);
    expect(await service.isInProduction(candidate)).toBe(false);
  });

  test('something else went live after it was planned', async () => {
    const service = production.service('overtaken');
    const slow = await service.candidate('1.0.0', 'unit-tests');
    const quick = await service.candidate('0.9.0', 'unit-tests');
    const approved = await service.planFile(slow);
    const overtaking = await service.planFile(quick);
    await service.apply(overtaking);
    await service.deploy(overtaking);

    const failure = await failureOf(service.apply(approved));

    expect(failure.code).toBe('plan-changed');
    expect(failure.message).toContain('live was nothing, and is {');
    expect(await service.isInProduction(slow)).toBe(false);
  });

  test('the policy was changed after it was planned', async () => {
    const service = production.service('loosened');
    const candidate = await service.candidate('1.0.0', 'unit-tests');
    const file = await service.planFile(candidate);
    const levels = { ...policy.levels, major: { require: [], soakMs: 1000 } };

    const failure = await failureOf(service.apply(file, [], { policy: { ...policy, levels } }));

    expect(failure.message).toBe(
      'since it was planned something has changed: soakMs was 0, and is 1000',
    );
  });

  test('the version is not what the image says', async () => {
    const service = production.service('renamed');
    const candidate = await service.candidate('2.0.0', 'unit-tests');

    const failure = await failureOf(service.plan(candidate, '1.0.1'));

    expect(failure.problems).toMatchObject([
      { subject: 'version', given: '1.0.1', expected: '2.0.0, which the image says it is' },
    ]);
  });

  test('the version is another image in production', async () => {
    const service = production.service('taken');
    const first = await service.candidate('1.0.0', 'unit-tests');
    await service.apply(await service.planFile(first));
    const impostor = await service.candidate('1.0.0', 'unit-tests');

    const failure = await failureOf(service.plan(impostor));

    expect(failure.code).toBe('tag-taken');
    expect(await service.isInProduction(impostor)).toBe(false);
  });

  test('the plan was tampered with', async () => {
    const service = production.service('tampered');
    const candidate = await service.candidate('1.0.0', 'unit-tests');
    await service.planFile(candidate);
    const file = join(production.stage.folder, 'tampered-1.0.0.tar');
    const bytes = readFileSync(file);
    const at = bytes.indexOf('replicas: 1');
    bytes.write('replicas: 9', at);
    writeFileSync(file, bytes);

    const failure = await failureOf(readPlanFile(file));

    expect(at).toBeGreaterThan(0);
    expect(failure.code).toBe('source-invalid');
  });

  test('a dry run says what it would do, and does nothing', async () => {
    const service = production.service('dry');
    const candidate = await service.candidate('1.0.0', 'unit-tests');
    const file = await service.planFile(candidate);

    const applied = await service.apply(file, [], { isDryRun: true });

    expect(applied.copied.blobs.sent).toBeGreaterThan(0);
    expect(await service.isInProduction(candidate)).toBe(false);
    expect(await production.client.listTags(service.productionImage)).toEqual([]);
  });

  test('a candidate that does not exist, or does not say its version', async () => {
    const service = production.service('absent');
    const candidate = await service.candidate('1.0.0', 'unit-tests');
    const { repository } = candidate;
    const nowhere = parsePinnedReference(
      `${formatRepository(repository)}@sha256:${'0'.repeat(64)}`,
    );

    const failure = await failureOf(service.plan(nowhere));

    expect(failure.code).toBe('not-found');
  });
});
