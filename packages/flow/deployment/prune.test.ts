import { describe, expect, test } from '@jest/globals';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { createManualClock, createSteppedClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import type { ObjectDiff } from './object-diff.js';
import { pruneObjects } from './prune.js';

const clock = systemClock;
const fieldManager = 'slipway-catalog';
const namespace = 'shop';
const metadata = { name: 'catalog', namespace };
const configMap: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
const service: KubernetesObject = { apiVersion: 'v1', kind: 'Service', metadata };
const deployment: KubernetesObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
const all = [deployment, service, configMap];

function setStage() {
  const { signal } = new AbortController();
  return { cluster: createClusterInMemory(), logger: createRecordingLogger(), signal };
}

async function apply(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) await cluster.apply(object, { fieldManager });
}

describe('pruning', () => {
  const inventory = [...all, { ...configMap, kind: 'PersistentVolumeClaim' }].map(identify);

  test('what the current bundle no longer has goes, the last first', async () => {
    const { cluster, logger, signal } = setStage();
    await apply(cluster, [...all, { ...configMap, kind: 'PersistentVolumeClaim' }]);

    const pruned = await pruneObjects(cluster, {
      fieldManager,
      inventory: [...inventory, ...inventory],
      keep: [{ ...identify(deployment), apiVersion: 'apps/v1beta1' }],
      dryRun: false,
      clock,
      logger,
      signal,
    });

    expect(pruned).toEqual([configMap, service].map(identify));
    expect(logger.lines.slice(-2)).toEqual([
      'deleted: ConfigMap shop/catalog',
      'deleted: Service shop/catalog',
    ]);
    expect(await cluster.get(identify(configMap))).toBeUndefined();
  });

  test('a dry run deletes nothing', async () => {
    const { cluster, logger, signal } = setStage();
    await apply(cluster, [configMap]);

    await pruneObjects(cluster, {
      fieldManager,
      inventory,
      keep: [],
      dryRun: true,
      clock,
      logger,
      signal,
    });

    expect(logger.lines.at(-1)).toBe('deleted (dry run): ConfigMap shop/catalog');
    expect(await cluster.get(identify(configMap))).toBeDefined();
  });

  test('an object without any managed field goes too', async () => {
    const { cluster, logger, signal } = setStage();
    await cluster.create(configMap);

    await pruneObjects(cluster, {
      fieldManager,
      inventory,
      keep: [],
      dryRun: false,
      clock,
      logger,
      signal,
    });

    expect(logger.lines).toEqual(['deleted: ConfigMap shop/catalog']);
  });

  test('what the API does not let go of stays and is told, and the rest goes', async () => {
    const { cluster, logger, signal } = setStage();
    await apply(cluster, [service, configMap]);
    const guarded: Cluster = {
      ...cluster,
      remove: (identity, options) =>
        identity.kind === 'Service'
          ? Promise.reject(new ClusterError('cluster-refused', 'a policy protects it'))
          : cluster.remove(identity, options),
    };

    const pruned = await pruneObjects(guarded, {
      fieldManager,
      inventory: [configMap, service].map(identify),
      keep: [],
      dryRun: false,
      clock,
      logger,
      signal,
    });

    expect(pruned).toEqual([identify(configMap)]);
    expect(logger.lines).toEqual([
      '[warning] kept Service shop/catalog: a policy protects it',
      'deleted: ConfigMap shop/catalog',
    ]);
  });

  test('what a finalizer keeps is waited for a while, and told', async () => {
    const { cluster, logger, signal } = setStage();
    const stepped = createSteppedClock();
    await cluster.create({
      ...configMap,
      metadata: { ...configMap.metadata, finalizers: ['example.com/cleanup'] },
    });
    const kept: Cluster = { ...cluster, remove: () => Promise.resolve(true) };

    const pruning = pruneObjects(kept, {
      fieldManager,
      inventory: [identify(configMap)],
      keep: [],
      dryRun: false,
      clock: stepped,
      logger,
      signal,
    });
    for (let second = 0; second < 11; second += 1) await stepped.advance(1000);

    expect(await pruning).toEqual([identify(configMap)]);
    expect(logger.lines).toEqual([
      'deleted: ConfigMap shop/catalog',
      '[warning] ConfigMap shop/catalog is still being deleted: it waits for its finalizers example.com/cleanup',
    ]);
  });

  test('what somebody else manages now stays', async () => {
    const { cluster, logger, signal } = setStage();
    await cluster.apply(configMap, { fieldManager: 'argocd' });

    const pruned = await pruneObjects(cluster, {
      fieldManager,
      inventory,
      keep: [],
      dryRun: false,
      clock,
      logger,
      signal,
    });

    expect(pruned).toEqual([]);
    expect(logger.lines).toEqual([
      '[warning] kept ConfigMap shop/catalog: slipway-catalog no longer manages it',
    ]);
  });
});

const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
};
const kept = {
  ...settings,
  metadata: {
    ...settings.metadata,
    name: 'kept',
    annotations: { 'helm.sh/resource-policy': 'keep' },
  },
};

test('what a chart keeps stays; of the rest it is told what it was', async () => {
  const cluster = createClusterInMemory();
  const logger = createRecordingLogger();
  const differences: ObjectDiff[] = [];
  await cluster.apply(settings, { fieldManager });
  await cluster.apply(kept, { fieldManager });

  const pruned = await pruneObjects(cluster, {
    fieldManager,
    inventory: [settings, kept].map(identify),
    keep: [],
    tellDifference: (difference) => differences.push(difference),
    dryRun: false,
    clock: createManualClock(),
    logger,
    signal: new AbortController().signal,
  });

  expect(pruned).toEqual([identify(settings)]);
  expect(logger.lines).toEqual([
    'kept ConfigMap shop/kept: helm.sh/resource-policy says so',
    'deleted: ConfigMap shop/settings',
  ]);
  expect(differences.map(({ object, change }) => `${change} ${object}`)).toEqual([
    'removed ConfigMap shop/settings',
  ]);
});
