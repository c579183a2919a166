import { expect, test } from '@jest/globals';
import { identify, type KubernetesObject } from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { findHelmReleases } from './helm-releases.js';

function member(kind: string, name: string, release = 'shop'): KubernetesObject {
  const containers = [{ name: 'web', image: 'x' }];
  return {
    apiVersion: kind === 'ConfigMap' ? 'v1' : 'apps/v1',
    kind,
    metadata: {
      name,
      namespace: 'shop',
      annotations: {
        'meta.helm.sh/release-name': release,
        'meta.helm.sh/release-namespace': 'shop',
      },
    },
    ...(kind === 'ConfigMap' ? {} : { spec: { template: { spec: { containers } } } }),
  };
}

/** Lists what is live; a kind that may not be listed is refused with its status. */
function clusterWith(
  live: readonly KubernetesObject[],
  refused: Readonly<Record<string, number>> = {},
): Cluster {
  return {
    ...createClusterInMemory(),
    list: ({ kind }) => {
      const status = refused[kind];
      if (status !== undefined) throw new ClusterError('cluster-denied', kind, { status });
      const items = live.filter((object) => object.kind === kind);
      return Promise.resolve({ resourceVersion: '1', items });
    },
  };
}

const web = member('Deployment', 'web');
const settings = member('ConfigMap', 'settings');
const queue = member('StatefulSet', 'queue');
const elsewhere = member('Deployment', 'elsewhere', 'other');

test.each<[string, Cluster, readonly string[], string | undefined]>([
  ['alone', clusterWith([web]), [], undefined],
  ['with settings of its own', clusterWith([web, settings, elsewhere]), ['settings'], undefined],
  [
    'with another workload',
    clusterWith([web, settings, queue]),
    ['settings', 'queue'],
    'it also runs StatefulSet shop/queue',
  ],
  [
    'that cannot be seen as a whole',
    clusterWith([web, settings], { StatefulSet: 403, CronJob: 403 }),
    ['settings'],
    'the right to list StatefulSet, CronJob is missing',
  ],
  ['where a kind is not served', clusterWith([web], { CronJob: 404 }), [], undefined],
])('a release %s', async (_name, cluster, others, isShared) => {
  const [release] = await findHelmReleases(cluster, [web], [identify(web)]);

  expect(release).toMatchObject({ name: 'shop', namespace: 'shop' });
  expect(release?.others.map(({ metadata }) => metadata.name)).toEqual(others);
  expect(release?.isShared).toBe(isShared);
});

test('objects that Helm did not install belong to no release', async () => {
  const plain = { ...web, metadata: { name: 'web', namespace: 'shop' } };

  expect(await findHelmReleases(clusterWith([plain]), [plain], [identify(plain)])).toEqual([]);
});

test('a cluster that cannot be reached is no answer', async () => {
  const cluster: Cluster = {
    ...createClusterInMemory(),
    list: () => Promise.reject(new ClusterError('cluster-unreachable', 'away')),
  };

  await expect(findHelmReleases(cluster, [web], [identify(web)])).rejects.toThrow('away');
});
