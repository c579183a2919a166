import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { createManualClock } from '@slipway/testing/clock';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { awaitEstablished } from './await-established.js';

const definition: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'zones.example.com' },
  spec: { versions: [] },
};

test('a definition that somebody deletes is not waited for without an end', async () => {
  const clock = createManualClock();
  const { signal } = new AbortController();

  const work = awaitEstablished(createClusterInMemory(), [definition], { clock, signal });

  await expect(work).rejects.toThrow(
    'CustomResourceDefinition zones.example.com is not served: somebody deleted it',
  );
  expect(clock.monotonicMs()).toBe(60_000);
});
