import { describe, expect, test } from '@jest/globals';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { readLiveService } from './live-service.js';

const { signal } = new AbortController();

function deployment(name: string, more: Partial<KubernetesObject['metadata']> = {}) {
  const managedFields = [{ manager: 'helm', operation: 'Update', fieldsV1: { 'f:spec': {} } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', managedFields, ...more },
    spec: { replicas: 2 },
  };
}

function autoscalerOf(name: string) {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: `${name}-scaler`, namespace: 'shop' },
    spec: { scaleTargetRef: { kind: 'Deployment', name } },
  };
}

async function read(objects: readonly KubernetesObject[], list: () => ReturnType<Cluster['list']>) {
  const memory = createClusterInMemory();
  for (const object of objects) await memory.create(object);
  const cluster: Cluster = { ...memory, list };
  return readLiveService(cluster, objects.map(identify), signal);
}

describe('readLiveService', () => {
  const web = deployment('web');
  const items = (...found: readonly KubernetesObject[]) =>
    Promise.resolve({ resourceVersion: '1', items: found });

  test('what is being deleted is not live', async () => {
    const going = deployment('going', { deletionTimestamp: '2026-01-01T00:00:00Z' });

    const { objects } = await read([web, going], () => items());

    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['web']);
  });

  test('an object without a record of its managers gets one, without a write', async () => {
    const memory = createClusterInMemory();
    const plain = { ...web, metadata: { name: 'web', namespace: 'shop' } };
    await memory.create(plain);
    const cluster: Cluster = { ...memory, list: () => items() };

    await readLiveService(cluster, [identify(plain)], signal);

    expect(memory.requests).toEqual([
      'create Deployment shop/web',
      'get Deployment shop/web',
      'apply Deployment shop/web (dry run)',
    ]);
  });

  test('knows what an autoscaler scales', async () => {
    const { autoscaled, unlisted } = await read([web, deployment('worker')], () =>
      items(autoscalerOf('worker')),
    );

    expect([[...autoscaled], unlisted]).toEqual([['Deployment shop/worker'], []]);
  });

  test('without the right to see autoscalers there may be one for anything', async () => {
    const { autoscaled, unlisted } = await read([web], () =>
      Promise.reject(new ClusterError('cluster-denied', 'no', { status: 403 })),
    );

    expect([[...autoscaled], unlisted]).toEqual([['Deployment shop/web'], ['shop']]);
  });

  test('a cluster that does not know autoscalers has none', async () => {
    const { autoscaled, unlisted } = await read([web], () =>
      Promise.reject(new ClusterError('cluster-refused', 'unknown', { status: 404 })),
    );

    expect([[...autoscaled], unlisted]).toEqual([[], []]);
  });

  test('autoscalers that cannot be read are not taken for none', async () => {
    const away = new ClusterError('cluster-unreachable', 'away');

    await expect(read([web], () => Promise.reject(away))).rejects.toBe(away);
  });
});
