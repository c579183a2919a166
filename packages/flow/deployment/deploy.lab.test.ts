import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { openService } from '@slipway/testing/service';
import { openStage, type Stage } from '@slipway/testing/stage';
import { changeHold, deploy, planDeploy, rollBack, verifyRecord } from './index.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('deploy', { account: [] });
});

afterAll(async () => {
  await stage.close();
});

function rollBackRequest(to = 'last-known-good') {
  return { to, reason: 'nobody wants it', hold: false, timeoutMs: 60_000 };
}

describe('a good release', () => {
  test('is live, known good and proven; a second run changes nothing', async () => {
    const service = openService(stage, 'good');

    const first = await service.deploy('1.0.0', 'serve');
    const again = await service.deploy('1.0.0', 'serve');

    expect(first).toMatchObject({ status: 'succeeded', isKnownGood: true });
    expect(again).toMatchObject({ status: 'unchanged', previousVersion: '1.0.0' });
    expect(await service.answer()).toBe('1.0.0-good');
    expect(await service.kinds()).toEqual([
      'started 1.0.0',
      'available 1.0.0',
      'verified 1.0.0',
      'known-good 1.0.0',
    ]);
    expect(await verifyRecord(service.context)).toMatchObject({ events: 4, problems: [] });
  });

  test('what the next bundle has no longer is deleted', async () => {
    const service = openService(stage, 'pruned');
    const extra = '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: pruned-extra } }\n';
    const { namespace } = stage;
    const identity = { apiVersion: 'v1', kind: 'ConfigMap', name: 'pruned-extra', namespace };

    await service.deploy('1.0.0', 'serve', { extra });
    const plan = await planDeploy(service.context, await service.request('1.1.0', 'serve'));
    const before = await stage.cluster.get(identity);
    const outcome = await service.deploy('1.1.0', 'serve');

    expect(plan.pruned).toEqual([identity]);
    expect(before?.metadata.name).toBe('pruned-extra');
    expect(outcome.pruned).toEqual([identity]);
    expect(await stage.cluster.get(identity)).toBeUndefined();
  });

  test('the ledger of another service is refused, before anything of it is deleted', async () => {
    const owner = openService(stage, 'owner');
    await owner.deploy('1.0.0', 'serve');
    const other = openService(stage, 'other');
    const request = await other.request('1.0.0', 'serve');
    const context = { ...other.context, ledger: owner.context.ledger };

    const attempts = [
      () => deploy(context, request),
      () => planDeploy(context, request),
      () => rollBack(context, rollBackRequest()),
      () => changeHold(context, { kind: 'hold', reason: 'mine' }, { isDryRun: false }),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'invalid-input',
        problems: [{ subject: 'service', given: 'other' }],
      });
    }
    expect(await owner.kinds()).toHaveLength(4);
    expect(await owner.answer()).toBe('1.0.0-owner');
  });

  test('a plan writes nothing', async () => {
    const service = openService(stage, 'planned');

    const plan = await planDeploy(service.context, await service.request('1.0.0', 'serve'));

    expect(plan.status).toBe('succeeded');
    expect(plan.applied.map(({ change }) => change)).toEqual(['created', 'created']);
    expect(await service.kinds()).toEqual([]);
    const identity = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'planned' };
    expect(await stage.cluster.get({ ...identity, namespace: stage.namespace })).toBeUndefined();
  });
});

test('a context that leads to another cluster is refused before anything is written', async () => {
  const service = openService(stage, 'moved');
  await service.deploy('1.0.0', 'serve');
  const { ledger } = service.context;
  const elsewhere: typeof ledger.read = async (holder) => {
    const { lease, ...head } = await ledger.read(holder);
    if (lease === undefined) throw new Error('the newest event says nothing of its cluster');
    return { ...head, lease: { ...lease, clusterUid: 'another' } };
  };
  const context = { ...service.context, ledger: { ...ledger, read: elsewhere } };
  const request = await service.request('1.1.0', 'serve');

  const work = deploy(context, request);

  await expect(work).rejects.toMatchObject({
    code: 'invalid-input',
    problems: [
      {
        subject: 'context',
        expected: 'the cluster that test has been so far; this is another one',
      },
    ],
  });
  expect(await service.answer()).toContain('1.0.0');
});

describe('a release that does not work', () => {
  test('crashes: diagnosed, taken back, quarantined; a person goes back past it', async () => {
    const service = openService(stage, 'crash');
    await service.deploy('1.0.0', 'serve');

    const bad = await service.deploy('1.1.0', 'crash');

    expect(bad).toMatchObject({
      status: 'rolled-back',
      rolledBackTo: { version: '1.0.0' },
      failure: { code: 'crash-loop' },
      quarantined: '1.1.0',
    });
    expect(bad.evidence?.screen).toContain('cannot open the database');
    expect(bad.evidence?.screen.split('\n').length).toBeLessThanOrEqual(40);
    expect(await service.answer()).toBe('1.0.0-crash');

    await expect(service.deploy('1.1.0', 'crash')).rejects.toMatchObject({ code: 'quarantined' });

    await service.deploy('1.2.0', 'serve');
    const back = await rollBack(service.context, rollBackRequest());

    expect(back).toMatchObject({ status: 'succeeded', version: '1.0.0', quarantined: '1.2.0' });
    expect(back.explanation).toMatch(
      /^1\.2\.0 is being left, 1\.1\.0 is quarantined \(crash-loop\), 1\.0\.0 was good for .*: chosen$/,
    );
    expect(await service.answer()).toBe('1.0.0-crash');
    expect(await verifyRecord(service.context)).toMatchObject({ problems: [] });
  });

  test('is quarantined: deployed again only with a reason, and free once it has proved good', async () => {
    const service = openService(stage, 'override');
    await service.deploy('1.0.0', 'serve');
    await service.deploy('1.1.0', 'serve');
    await rollBack(service.context, rollBackRequest());
    const request = await service.request('1.1.0', 'serve');

    await expect(deploy(service.context, request)).rejects.toThrow(
      /^1\.1\.0 is quarantined since .*: nobody wants it$/,
    );
    const overrideReason = 'it was the database';
    const again = await deploy(service.context, { ...request, overrideReason });

    expect(again).toMatchObject({ status: 'succeeded', isKnownGood: true });
    const { state } = await service.context.ledger.read();
    expect(state.quarantined).toEqual([]);
    expect(await service.reasons()).toContain(overrideReason);
  });

  test('does not answer its smoke test: taken back', async () => {
    const service = openService(stage, 'smoke');
    await service.deploy('1.0.0', 'serve');

    const bad = await service.deploy('1.1.0', 'serve', { path: '/no-such-page' });

    expect(bad).toMatchObject({ status: 'rolled-back', failure: { code: 'smoke-test-failed' } });
    expect(bad.evidence?.screen).toContain('✗ smoke 1.1.0 failed: smoke-test-failed');
    expect(await service.answer()).toBe('1.0.0-smoke');
  });

  test('is the first: left as it is, with the reason', async () => {
    const service = openService(stage, 'first');

    const bad = await service.deploy('1.0.0', 'crash');

    expect(bad.status).toBe('failed');
    expect(bad.explanation).toBe('there is nothing to return to: 1.0.0 is being left');
    expect(await service.kinds()).toEqual(['started 1.0.0', 'failed 1.0.0']);
  });

  test('is refused by the API server: nothing is recorded and nothing changed', async () => {
    const service = openService(stage, 'refused');
    const extra =
      '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: refused-x }, dataz: {} }\n';

    const failure: unknown = await service
      .deploy('1.0.0', 'serve', { extra })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(SlipwayError);
    expect(failure).toMatchObject({ code: 'cluster-refused' });
    expect(await service.kinds()).toEqual([]);
  });
});

test('every right that is missing is told with the rules that would give them', async () => {
  const service = openService(stage, 'denied');
  const extra =
    '---\n{ apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: { name: denied }, rules: [] }\n' +
    '---\n{ apiVersion: v1, kind: ResourceQuota, metadata: { name: denied }, spec: {} }\n';

  const work = service.deploy('1.0.0', 'serve', { extra });

  const { namespace } = stage;
  await expect(work).rejects.toMatchObject({
    code: 'cluster-denied',
    message: expect.stringMatching(/cannot get resource .*; 8 rights are missing in all$/),
    fix: `Grant a Role in namespace ${namespace} with {apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["get", "create", "patch", "delete"]}, {apiGroups: [""], resources: ["resourcequotas"], verbs: ["get", "create", "patch", "delete"]}.`,
  });
  expect(await service.kinds()).toEqual([]);
});

test('a deployment that is cut off is recorded as abandoned, and the next one goes on', async () => {
  const service = openService(stage, 'dead');
  const cancelled = new AbortController();
  const request = await service.request('1.0.0', 'crash');
  const context = { ...service.context, signal: cancelled.signal };
  setTimeout(() => cancelled.abort(new SlipwayError('interrupted', 'interrupted by SIGINT')), 1500);

  const cut = await deploy(context, request);
  const next = await service.deploy('1.1.0', 'serve');

  expect(cut).toMatchObject({ status: 'failed', failure: { code: 'interrupted' } });
  expect(next.status).toBe('succeeded');
  expect((await service.kinds()).slice(0, 3)).toEqual([
    'started 1.0.0',
    'abandoned 1.0.0',
    'started 1.1.0',
  ]);
});
