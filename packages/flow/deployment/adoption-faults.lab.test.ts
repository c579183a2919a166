import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { valueAt } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { FormerService } from '@slipway/testing/adoption';
import { openStage, type Stage } from '@slipway/testing/stage';
import { deploy, planDeploy, verifyRecord } from './index.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage('adopt');
  await stage.cluster.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: stage.namespace },
  });
}, 1_500_000);

afterAll(async () => {
  for (const kind of ['ClusterRole', 'ClusterRoleBinding']) {
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    await stage.cluster.remove({ apiVersion, kind, name: stage.namespace });
  }
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
    expect(half).toEqual([['slipway'], ['kubectl-client-side-apply']]);
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
    expect(await service.managers('Deployment')).toEqual(['slipway']);
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
    expect(await service.managers('ConfigMap')).toEqual(['slipway']);
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

test('the rights that the README of k8s-deploy names are enough', async () => {
  const service = new FormerService(stage, 'limited');
  await service.apply();
  const cluster = await openLimited(service);

  const request = await service.request('2.0.0');
  const outcome = await deploy({ ...service.context, cluster }, request).finally(() =>
    cluster.close(),
  );

  expect(outcome).toMatchObject({ status: 'succeeded', previousVersion: '1.0.0-limited' });
  expect(outcome.adopted?.notes).toEqual([
    `the right to list horizontalpodautoscalers in ${stage.namespace} is missing: replicas that the manifests do not set stay as they are`,
  ]);
  expect(JSON.stringify(await service.get('Deployment'))).not.toContain('OLD');
});

const manifestVerbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];

/** In the namespace, and outside it. */
const rights = {
  Role: [
    { apiGroups: [''], resources: ['configmaps', 'services'], verbs: manifestVerbs },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: manifestVerbs },
    { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['pods/log', 'services/proxy'], verbs: ['get'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'create', 'update'],
    },
  ],
  ClusterRole: [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }],
};

/** The same cluster, for a pipeline with these rights and no other. */
async function openLimited(service: FormerService): Promise<Cluster> {
  const { cluster, namespace, logger } = stage;
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name: namespace, namespace };
  const account = { kind: 'ServiceAccount', ...metadata };
  await cluster.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  for (const [kind, rules] of Object.entries(rights)) {
    const type = { apiVersion: `${apiGroup}/v1`, kind };
    const roleRef = { apiGroup, kind, name: namespace };
    await cluster.create({ ...type, metadata, rules });
    await cluster.create({
      ...type,
      kind: `${kind}Binding`,
      metadata,
      roleRef,
      subjects: [account],
    });
  }
  const token = (await service.kubectl('create', 'token', namespace)).trim();
  const kubeconfig = join(service.folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'limited',
    contexts: [{ name: 'limited', context: { cluster: 'lab', user: 'limited' } }],
    clusters: [
      { name: 'lab', cluster: { server: cluster.server, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'limited', user: { token } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const { signal } = service.context;
  const { kubectl } = stage;
  return openCluster({
    kubeconfig,
    context: 'limited',
    kubectl,
    logger,
    clock: systemClock,
    signal,
  });
}
