import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { createClusterInMemory } from '@slipway/testing/cluster';
import { createRegistryInMemory } from '@slipway/testing/registry-in-memory';
import { buildBundle } from './bundle-artifact.js';
import { describeFormer, describePlainSecrets } from './former-bundle.js';

const namespace = 'shop';
const image = `memory.example.com/shop/catalog@sha256:${'a'.repeat(64)}`;
const spec = { template: { spec: { containers: [{ name: 'web', image }] } } };
const live: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'catalog',
    namespace,
    uid: 'deployment',
    managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
  },
  spec,
};
const since = '2026-01-01T00:00:00Z';
const ownedBy = (uid: string) => ({
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'x', name: 'x', uid, controller: true }],
});
const below: readonly KubernetesObject[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'catalog-1', namespace, uid: 'set', ...ownedBy('deployment') },
    spec,
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'catalog-1-x', namespace, uid: 'pod', ...ownedBy('set') },
    status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }] },
  },
];

test('what is gone back to soaks as any other release here, and says since when it ran', async () => {
  const cluster = {
    ...createClusterInMemory(),
    list: ({ kind }: { readonly kind: string }) =>
      Promise.resolve({ resourceVersion: '1', items: below.filter((each) => each.kind === kind) }),
  };
  const config = {
    service: 'catalog',
    environment: 'production',
    namespace,
    version: '1.0.0',
    images: [{ name: 'catalog', reference: image }],
    dependsOn: [],
    migration: 'none',
    verification: { soakMs: 60_000 },
    strategy: 'rolling',
  } as const;
  const found = { deployers: new Set(['kubectl']), autoscaled: new Set<string>(), unlisted: [] };
  const { client } = createRegistryInMemory();

  const former = await describeFormer({ cluster, client }, await buildBundle(config, [live], []), {
    ...found,
    objects: [live],
  });

  expect(former).toMatchObject({
    since,
    bundle: { config: { version: '0.0.0-adopted-aaaaaaaa', verification: { soakMs: 60_000 } } },
  });
});

function told(env: readonly object[]): readonly string[] {
  const template = { spec: { containers: [{ name: 'web', env }] } };
  return describePlainSecrets({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'catalog', namespace: 'shop' },
    spec: { template },
  });
}

test.each([
  ['a password', [{ name: 'DB_PASSWORD', value: 'hunter2' }], ['DB_PASSWORD']],
  [
    'an address with a password',
    [{ name: 'DATABASE', value: 'postgres://app:hunter2@db/shop' }],
    ['DATABASE'],
  ],
  ['a token in base64', [{ name: 'API_TOKEN', value: 'aHVudGVyMg==' }], ['API_TOKEN']],
  ['a colour', [{ name: 'COLOUR', value: 'blue' }], []],
  ['a password that is empty', [{ name: 'DB_PASSWORD', value: '' }], []],
  [
    'a password of a Secret',
    [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
    [],
  ],
])('an adopted workload that has %s in its environment', (_name, env, names) => {
  expect(told(env)).toEqual(
    names.map(
      (name) =>
        `Deployment shop/catalog has ${name} in plain text, and so has its bundle, for everybody who may read the ledger: take it from a Secret, and change it`,
    ),
  );
});
