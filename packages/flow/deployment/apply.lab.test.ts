import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeError } from '@slipway/core/errors';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { openCluster, type Cluster } from '@slipway/io/cluster';
import { openLab, type Lab } from '@slipway/lab/parts';
import { createRecordingLogger } from '@slipway/testing/logger';
import { randomBytes } from 'node:crypto';
import { applyObjects } from './apply.js';
import type { ApplyObjectsOptions } from './apply-options.js';
import { pruneObjects } from './prune.js';

const suffix = randomBytes(4).toString('hex');
const namespace = `apply-${suffix}`;
const labels = { app: 'catalog' };
const signal = new AbortController().signal;

let lab: Lab;
let cluster: Cluster;

beforeAll(async () => {
  lab = await openLab();
  const { kubeconfig, context } = await lab.cluster('test');
  cluster = await openCluster({
    kubeconfig,
    context,
    kubectl: await lab.program('kubectl'),
    logger: createRecordingLogger(),
    clock: systemClock,
    signal,
  });
}, 1_500_000);

afterAll(async () => {
  await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
  await cluster.remove(identify(definition));
  await cluster.close();
  await lab.close();
}, 60_000);

const namespaceObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'catalog', namespace },
  data: { color: 'blue' },
};
/** Without replicas: it is about its fields, and no image is pulled. */
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'catalog', namespace },
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'app', image: 'registry.example.com/catalog:1' }] },
    },
  },
};
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `shelves.${suffix}.example.com` },
  spec: {
    group: `${suffix}.example.com`,
    scope: 'Namespaced',
    names: { plural: 'shelves', kind: 'Shelf' },
    versions: [
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
    ],
  },
};
const shelf = {
  apiVersion: `${suffix}.example.com/v1`,
  kind: 'Shelf',
  metadata: { name: 'a', namespace },
};

async function apply(
  objects: readonly KubernetesObject[],
  options: Partial<ApplyObjectsOptions> = {},
): Promise<readonly string[]> {
  const logger = createRecordingLogger();
  const common = {
    fieldManager: 'slipway-catalog',
    conflicts: 'fail',
    dryRun: false,
    ...{ clock: systemClock, logger, signal },
  } as const;
  const { applied } = await applyObjects(cluster, objects, { ...common, ...options });
  return applied.map(({ identity, change }) => `${change} ${identity.kind}`);
}

describe('the life of a release’s objects', () => {
  test('a dry run of everything before anything is there', async () => {
    const changes = await apply([deployment, configMap, shelf, definition], { dryRun: true });

    expect(changes).toEqual([
      'created CustomResourceDefinition',
      'created ConfigMap',
      'created Shelf',
      'created Deployment',
    ]);
    expect(await cluster.get(identify(definition))).toBeUndefined();
  });

  test('a kind and its objects in one apply, and again without a change', async () => {
    const objects = [deployment, configMap, shelf, definition, namespaceObject];

    const first = await apply(objects);
    const second = await apply(objects);

    expect(first.every((change) => change.startsWith('created '))).toBe(true);
    expect(second.every((change) => change.startsWith('unchanged '))).toBe(true);
  }, 30_000);

  test('what an imperative kubectl changed is a conflict, and can be taken back', async () => {
    const edited = { ...deployment, spec: { paused: true, replicas: 1 } };
    await cluster.apply(edited, { fieldManager: 'kubectl-edit', force: true });

    await expect(apply([deployment])).rejects.toMatchObject({
      code: 'apply-conflict',
      conflicts: [{ manager: 'kubectl-edit', field: '.spec.replicas' }],
    });
    expect(await apply([deployment], { conflicts: 'take' })).toEqual(['configured Deployment']);
  });

  test('all that is wrong in a phase', async () => {
    const selector = { matchLabels: { app: 'other' } };
    const template = { ...deployment.spec.template, metadata: { labels: { app: 'other' } } };
    const moved = { ...deployment, spec: { ...deployment.spec, selector, template } };
    const misspelt = {
      ...deployment,
      metadata: { name: 'worker', namespace },
      spec: { replica: 1 },
    };

    await expect(apply([moved, misspelt])).rejects.toMatchObject({
      code: 'cluster-refused',
      problems: [
        {
          subject: `Deployment ${namespace}/catalog`,
          given: `Deployment ${namespace}/catalog: spec.selector cannot be changed from {"matchLabels":{"app":"catalog"}} to {"matchLabels":{"app":"other"}}`,
          fix: `Give it another name, or delete it and deploy again; its pods run on meanwhile: kubectl -n ${namespace} delete deployment catalog --cascade=orphan`,
        },
        {
          subject: `Deployment ${namespace}/worker`,
          given: expect.stringContaining('.spec.replica'),
        },
      ],
    });
  });

  test('what can never be changed is explained, a sentence for each object', async () => {
    const storage = (size: string) => ({ resources: { requests: { storage: size } } });
    const objects = (size: string, color: string, provisioner: string) => [
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db', namespace },
        spec: {
          ...{ replicas: 0, serviceName: 'db', selector: { matchLabels: { app: 'db' } } },
          template: { ...deployment.spec.template, metadata: { labels: { app: 'db' } } },
          volumeClaimTemplates: [
            {
              metadata: { name: 'data' },
              spec: { accessModes: ['ReadWriteOnce'], ...storage(size) },
            },
          ],
        },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace },
        spec: { storageClassName: 'none', accessModes: ['ReadWriteOnce'], ...storage(size) },
      },
      { ...configMap, metadata: { name: 'fixed', namespace }, immutable: true, data: { color } },
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: `class-${suffix}` },
        provisioner,
      },
    ];
    await apply(objects('2Gi', 'red', 'a.example.com'));

    const refusals = await Promise.all(
      objects('1Gi', 'blue', 'b.example.com').map((object) =>
        apply([object]).catch((error: unknown) =>
          describeError(error).split(': ').slice(1, 3).join(': '),
        ),
      ),
    );
    await cluster.remove(identify(objects('', '', '')[3] ?? definition));

    expect(refusals).toEqual([
      `StatefulSet ${namespace}/db: spec.volumeClaimTemplates cannot be changed`,
      `PersistentVolumeClaim ${namespace}/data: spec.resources cannot be changed from {"requests":{"storage":"2Gi"}} to {"requests":{"storage":"1Gi"}}`,
      `ConfigMap ${namespace}/fixed: data cannot be changed`,
      `StorageClass class-${suffix}: provisioner cannot be changed from a.example.com to b.example.com`,
    ]);
  });

  test('a namespace that is being deleted takes nothing', async () => {
    const name = `${namespace}-leaving`;
    const leaving = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const metadata = { name: 'kept', namespace: name, finalizers: ['example.com/kept'] };
    const kept = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    await cluster.create(leaving);
    await cluster.create(kept);
    await cluster.remove(identify(leaving));

    const work = apply([{ ...configMap, metadata: { name: 'late', namespace: name } }]);

    await expect(work).rejects.toMatchObject({
      code: 'cluster-refused',
      message: expect.stringMatching(
        new RegExp(`takes no ConfigMap ${name}/late: the namespace ${name} is being deleted$`),
      ),
      fix: expect.stringContaining(`kubectl get namespace ${name}`),
    });
    const mended = { op: 'remove', path: '/metadata/finalizers' } as const;
    await cluster.patch(identify(kept), [mended], { fieldManager: 'test' });
  });

  test('what the next release no longer has is deleted', async () => {
    const pruned = await pruneObjects(cluster, {
      fieldManager: 'slipway-catalog',
      inventory: [deployment, configMap, shelf, definition, namespaceObject].map(identify),
      keep: [identify(deployment)],
      dryRun: false,
      clock: systemClock,
      logger: createRecordingLogger(),
      signal,
    });

    expect(pruned.map(({ kind }) => kind)).toEqual(['Shelf', 'ConfigMap']);
    expect(await cluster.get(identify(deployment))).toBeDefined();
    expect(await cluster.get(identify(namespaceObject))).toBeDefined();
  });
});

describe('an object that two services have', () => {
  const common = { ...configMap, metadata: { name: 'common', namespace } };
  const [orders, catalog] = [
    { fieldManager: 'slipway-orders' },
    { fieldManager: 'slipway-catalog' },
  ];
  const prune = async (options: Pick<ApplyObjectsOptions, 'fieldManager'>) => {
    const logger = createRecordingLogger();
    await pruneObjects(cluster, {
      ...options,
      inventory: [identify(common)],
      keep: [],
      dryRun: false,
      clock: systemClock,
      logger,
      signal,
    });
    return logger.lines;
  };

  test('may be the same in both, and may not be changed by one of them', async () => {
    await apply([common], orders);

    expect(await apply([common], catalog)).toEqual(['unchanged ConfigMap']);
    expect(await apply([common], orders)).toEqual(['unchanged ConfigMap']);
    await expect(apply([{ ...common, data: { color: 'red' } }], orders)).rejects.toMatchObject({
      code: 'apply-conflict',
      message: expect.stringContaining('.data.color belongs to slipway-catalog'),
      fix: 'The service catalog has this object, too: leave it in the manifests of one of them.',
    });
  });

  test('is left to the other by the one that no longer has it', async () => {
    expect(await prune(orders)).toEqual([
      `kept ConfigMap ${namespace}/common: it is also of catalog`,
    ]);

    expect(await apply([{ ...common, data: { color: 'red' } }], catalog)).toEqual([
      'configured ConfigMap',
    ]);
    expect(await prune(catalog)).toEqual([`deleted: ConfigMap ${namespace}/common`]);
  });
});
