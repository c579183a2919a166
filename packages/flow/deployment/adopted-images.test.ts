import { expect, test } from '@jest/globals';
import { digestOf, formatRepository } from '@slipway/core/image-ref';
import type { KubernetesObject } from '@slipway/core/manifest';
import type { Cluster } from '@slipway/io/cluster';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { pinLiveImages } from './adopted-images.js';

const a = digestOf('a'.repeat(64));
const b = digestOf('b'.repeat(64));

interface PodFacts {
  readonly imageID?: string;
  readonly isReady?: boolean;
}

function workload(kind: string, image: string, replicas = 2): KubernetesObject {
  const template = { spec: { containers: [{ name: 'web', image }] } };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'catalog', namespace: 'shop', uid: 'workload', generation: 1 },
    spec: kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { replicas, template },
    status: { observedGeneration: 1, desiredNumberScheduled: replicas },
  };
}

/** A ReplicaSet and its pods. */
function listLive(
  object: KubernetesObject,
  pods: readonly PodFacts[],
): readonly KubernetesObject[] {
  const metadata = (name: string, owner: string) => ({
    name,
    namespace: 'shop',
    uid: name,
    ownerReferences: [{ apiVersion: 'v1', kind: 'x', name: 'x', uid: owner, controller: true }],
  });
  const { spec } = object;
  return [
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: metadata('set', 'workload'), spec },
    ...pods.map(({ imageID = '', isReady = true }, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: metadata(`pod-${index}`, 'set'),
      status: {
        conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }],
        containerStatuses: [{ name: 'web', imageID }],
      },
    })),
  ];
}

const tag = 'r.example.com/shop/catalog:1';
const pinnedToA = `r.example.com/shop/catalog@${a}`;
const old = 'r.example.com/mirror/catalog';
const runsA = { imageID: `r.example.com/shop/catalog@${a}` };
const runsB = { imageID: `r.example.com/shop/catalog@${b}` };
const noPod = 'Deployment shop/catalog has no pod of its newest revision that is ready';

test.each<[string, KubernetesObject, readonly PodFacts[], readonly string[], string]>([
  ['what the pods run', workload('Deployment', tag), [runsA, runsA], [], pinnedToA],
  ['written with a digest', workload('Deployment', `${tag}@${a}`), [runsB], [], pinnedToA],
  [
    'as dockershim wrote it',
    workload('Deployment', tag),
    [{ imageID: `docker-pullable://${pinnedToA}` }],
    [],
    pinnedToA,
  ],
  [
    'a tag that moved: what most pods run',
    workload('Deployment', tag),
    [runsB, runsA, runsA],
    [],
    pinnedToA,
  ],
  [
    'only pods that are ready count',
    workload('Deployment', tag),
    [{ ...runsB, isReady: false }, runsA],
    [],
    pinnedToA,
  ],
  [
    'another name of the same image, where the registry has it',
    workload('Deployment', tag),
    [{ imageID: `${old}@${a}` }],
    [`r.example.com/shop/catalog ${a}`],
    pinnedToA,
  ],
  [
    'another name, where it has not',
    workload('Deployment', tag),
    [{ imageID: `${old}@${a}` }],
    [],
    `${old}@${a}`,
  ],
  [
    'Docker Hub’s long name',
    workload('Deployment', 'nginx:1'),
    [{ imageID: `docker.io/library/nginx@${a}` }],
    [],
    `docker.io/library/nginx@${a}`,
  ],
  [
    'a CronJob: what its tag means now',
    workload('CronJob', tag),
    [],
    ['r.example.com/shop/catalog 1'],
    pinnedToA,
  ],
  [
    'scaled to nothing: likewise',
    workload('Deployment', tag, 0),
    [],
    ['r.example.com/shop/catalog 1'],
    pinnedToA,
  ],
  ['no pod is ready', workload('Deployment', tag), [{ ...runsA, isReady: false }], [], noPod],
  ['no pod at all', workload('Deployment', tag), [], ['r.example.com/shop/catalog 1'], noPod],
  [
    'an image that came from no registry',
    workload('Deployment', tag),
    [{ imageID: a }],
    ['r.example.com/shop/catalog 1'],
    `Deployment shop/catalog, container web: the pods do not say which digest of ${tag} they run`,
  ],
  [
    'nothing runs, and the tag is gone',
    workload('Deployment', tag, 0),
    [],
    [],
    `Deployment shop/catalog, container web: ${tag} is not in the registry, and no pod runs it`,
  ],
])('%s', async (_name, object, pods, known, expected) => {
  const live = listLive(object, pods);
  const cluster: Cluster = {
    ...createClusterInMemory(),
    list: ({ kind }) =>
      Promise.resolve({ resourceVersion: '1', items: live.filter((each) => each.kind === kind) }),
  };
  const found = { mediaType: '', digest: a, size: 1 };

  const { images, problems } = await pinLiveImages(
    cluster,
    {
      resolve: (repository, reference) =>
        Promise.resolve(
          known.includes(`${formatRepository(repository)} ${reference}`) ? found : undefined,
        ),
    },
    [object],
  );

  expect([...images.map(({ pinned }) => pinned), ...problems]).toEqual([expected]);
});
