import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { ClusterError } from '@slipway/io/cluster';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { pod, workload } from '@slipway/testing/rollout';
import { replaceStuckPods } from './replace-stuck-pods.js';

const ready = [{ type: 'Ready', status: 'True' }];
const pods = [
  pod({ of: 'StatefulSet', name: 'catalog-0', revision: 'old', conditions: ready }),
  pod({ of: 'StatefulSet', name: 'catalog-1', revision: 'old' }),
  pod({ of: 'StatefulSet', name: 'catalog-2', revision: 'new' }),
  pod({ of: 'StatefulSet', name: 'catalog-3', revision: 'old', deleted: true }),
  pod({ of: 'DaemonSet', name: 'other', revision: 'old' }),
];

async function run(set: KubernetesObject, isAllowed = true) {
  const cluster = createClusterInMemory();
  cluster.intercept = (request) => {
    if (!isAllowed && request.startsWith('delete'))
      throw new ClusterError('cluster-denied', 'no', { status: 403 });
  };
  const logger = createRecordingLogger();
  const answering = {
    ...cluster,
    get: () => Promise.resolve(set),
    list: () => Promise.resolve({ resourceVersion: '1', items: pods }),
  };
  const { signal } = new AbortController();
  await replaceStuckPods(answering, [set], { clock: createManualClock(), logger, signal });
  return { deleted: cluster.requests, lines: logger.lines };
}

test('only a broken pod of the revision that is left is deleted', async () => {
  const { deleted, lines } = await run(workload('StatefulSet', {}, {}));

  expect(deleted).toEqual(['delete Pod shop/catalog-1']);
  expect(lines).toEqual([
    'deleted: Pod shop/catalog-1, which is broken and keeps its StatefulSet from going back',
  ]);
});

test.each([
  [
    'that replaces its pods all at once',
    workload('StatefulSet', { podManagementPolicy: 'Parallel' }, {}),
  ],
  ['that its controller has not looked at', workload('StatefulSet', {}, { observedGeneration: 1 })],
  ['that is none', workload('DaemonSet', {}, {})],
])('nothing is deleted of a StatefulSet %s', async (_name, set) => {
  expect((await run(set)).deleted).toEqual([]);
});

test('who may not delete pods is told what to do', async () => {
  const { lines } = await run(workload('StatefulSet', {}, {}), false);

  expect(lines).toEqual([
    '[warning] Pod shop/catalog-1 keeps its StatefulSet from going back and cannot be deleted: grant delete on pods, or delete it by hand',
  ]);
});
