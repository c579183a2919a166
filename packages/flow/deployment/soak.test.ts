import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRecordingLogger } from '@slipway/testing/logger';
import { soak } from './soak.js';

const identity = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };

interface Look {
  readonly desired?: number;
  readonly available?: number;
  readonly restarts?: number;
  readonly observed?: number;
}

function deployment({ desired = 3, available = 3, observed = 1 }: Look): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', generation: 1 },
    spec: { replicas: desired, selector: { matchLabels: { app: 'web' } } },
    status: {
      observedGeneration: observed,
      replicas: available,
      updatedReplicas: available,
      availableReplicas: available,
    },
  };
}

function pod({ restarts = 0 }: Look): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop' },
    status: { containerStatuses: [{ name: 'web', restartCount: restarts }] },
  };
}

/** A cluster that shows one look after another; the last one stays. Absent: the Deployment is gone. */
function showing(looks: readonly (Look | undefined)[]): Cluster {
  let index = -1;
  return {
    ...createClusterInMemory(),
    get: () => {
      index = Math.min(index + 1, looks.length - 1);
      const look = looks[index];
      return Promise.resolve(look === undefined ? undefined : deployment(look));
    },
    list: () => Promise.resolve({ resourceVersion: '1', items: [pod(looks[index] ?? {})] }),
  };
}

async function judge(looks: readonly (Look | undefined)[]): Promise<string | undefined> {
  const failure = await soak(showing(looks), {
    workloads: [identity],
    soakMs: 60_000,
    clock: createManualClock(),
    logger: createRecordingLogger(),
    signal: new AbortController().signal,
  });
  return failure?.message;
}

describe('holds', () => {
  test.each<[string, readonly Look[]]>([
    ['nothing happens', [{}]],
    ['it is scaled up', [{}, { desired: 5, available: 3 }, { desired: 5, available: 5 }]],
    ['it is scaled down', [{}, { desired: 2, available: 2 }]],
    ['a change is not observed yet', [{}, { observed: 0 }, {}]],
    ['a restart was before', [{ restarts: 2 }]],
  ])('when %s', async (_name, looks) => {
    expect(await judge(looks)).toBeUndefined();
  });
});

test.each<[string, readonly (Look | undefined)[], string]>([
  [
    'a replica is lost',
    [{}, {}, { available: 2 }],
    'Deployment shop/web: only 2 of 3 that were available still are, 1 s into the soak',
  ],
  [
    'a container restarts',
    [{}, {}, { restarts: 1 }],
    'Container web of web-1 restarted, 1 s into the soak',
  ],
  ['it is deleted', [{}, undefined], 'Deployment shop/web was deleted, 0 s into the soak'],
])('fails when %s', async (_name, looks, sentence) => {
  expect(await judge(looks)).toBe(sentence);
});
