import { expect, test } from '@jest/globals';
import { identify } from '@slipway/core/manifest';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import type { ObjectDiff } from './object-diff.js';
import { pruneObjects } from './prune.js';

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
  await cluster.apply(settings, { fieldManager: 'slipway' });
  await cluster.apply(kept, { fieldManager: 'slipway' });

  const pruned = await pruneObjects(cluster, {
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
