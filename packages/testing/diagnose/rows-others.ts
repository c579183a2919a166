import { externalSecrets } from './definitions.js';
import { serveAfter, web } from './manifests.js';
import type { DiagnoseRow, Place } from './row.js';
import { says } from './signals.js';

const slow = web({ container: serveAfter('sleep 20') });
const otherImage = 'registry.example.com/shop/web:9';

/** What others do to the cluster at the same time. */
export const othersRows: readonly DiagnoseRow[] = [
  {
    name: 'another deployment overtakes',
    objects: slow,
    meanwhile: async ({ sleep, kubectl }) => {
      await sleep(3000);
      await kubectl('set', 'image', 'deployment/web', `web=${otherImage}`);
    },
    status: 'failed',
    code: 'overtaken',
    sentence: new RegExp(
      `^Deployment \\S+\\/web was given another image by kubectl-set in the middle: container web is to run ${otherImage}$`,
    ),
    signal: {
      type: { apiVersion: 'apps/v1', kind: 'Deployment' },
      shows: (object) => JSON.stringify(object['spec']).includes(otherImage),
    },
    windowMs: 0,
  },
  {
    name: 'another manager holds a field',
    objects: web({ spec: { minReadySeconds: 1 } }),
    before: async ({ kubectl }) => {
      await kubectl('patch', 'deployment/web', '-p', '{"spec":{"minReadySeconds":7}}');
    },
    status: 'refused',
    code: 'apply-conflict',
    sentence:
      /Deployment \S+\/web has fields that others manage: \.spec\.minReadySeconds belongs to kubectl-patch/,
  },
  {
    name: 'paused by somebody',
    objects: web({ container: { env: [{ name: 'A', value: 'b' }] } }),
    before: async ({ kubectl }) => {
      await kubectl('rollout', 'pause', 'deployment/web');
    },
    status: 'failed',
    code: 'apply-conflict',
    sentence: /^Deployment \S+\/web is paused: it takes no change$/,
    signal: says('apps/v1', 'Deployment', 'Progressing', 'Unknown'),
  },
  {
    name: 'deleted by somebody',
    objects: slow,
    meanwhile: async ({ sleep, kubectl }) => {
      await sleep(3000);
      await kubectl('delete', 'deployment/web');
    },
    status: 'failed',
    code: 'apply-conflict',
    sentence: /^Deployment \S+\/web was deleted by somebody else$/,
    costsRequests: true,
  },
  {
    name: 'API server away for longer than the lock lasts',
    objects: slow,
    hasGate: true,
    meanwhile: async ({ sleep, gate }) => {
      await sleep(2000);
      gate?.set('cut');
      await sleep(20_000);
      gate?.set('open');
    },
    status: 'failed',
    code: 'lock-lost',
    sentence: /^Lease \S+\/slipway-web is no longer ours: not renewed for 7\.5 s$/,
  },
  {
    name: 'namespace that is being deleted',
    objects: web({ container: { env: [{ name: 'A', value: 'b' }] } }),
    before: endNamespace,
    after: async ({ kubectl }) => {
      await kubectl('patch', 'configmap/last', '-p', '{"metadata":{"finalizers":null}}');
    },
    status: 'refused',
    code: 'cluster-refused',
    sentence: /^the namespace \S+ is being deleted$/,
    costsRequests: true,
  },
];

/** A finalizer keeps the namespace in the middle of its end. */
async function endNamespace({ kubectl, namespace, sleep }: Place): Promise<void> {
  await kubectl('create', 'configmap', 'last');
  await kubectl(
    'patch',
    'configmap/last',
    '-p',
    '{"metadata":{"finalizers":["slipway.dev/test"]}}',
  );
  await kubectl('delete', 'namespace', namespace, '--wait=false');
  await sleep(1000);
}

const externalSecret = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'web' },
  spec: { target: { name: 'web-db' } },
};

/** What others do, and what does no harm. */
export const patientOthersRows: readonly DiagnoseRow[] = [
  {
    name: 'API server away in the middle',
    objects: slow,
    hasGate: true,
    meanwhile: async ({ sleep, gate }) => {
      await sleep(2000);
      gate?.set('cut');
      // as long as one takes to be restarted
      await sleep(3500);
      gate?.set('open');
    },
    status: 'succeeded',
  },
  {
    name: 'API server killed and started again',
    objects: slow,
    isAlone: true,
    needsOwnCluster: true,
    meanwhile: async ({ sleep, restartApiServer }) => {
      await sleep(3000);
      await restartApiServer();
    },
    status: 'succeeded',
  },
  {
    name: 'restarted and scaled by somebody',
    objects: slow,
    meanwhile: async ({ sleep, kubectl }) => {
      await sleep(3000);
      await kubectl('scale', 'deployment/web', '--replicas=3');
      await kubectl('rollout', 'restart', 'deployment/web');
    },
    status: 'succeeded',
  },
  {
    name: 'Secret that an operator makes late',
    objects: [
      externalSecrets,
      externalSecret,
      ...web({ container: { envFrom: [{ secretRef: { name: 'web-db' } }] } }),
    ],
    meanwhile: async ({ sleep, kubectl }) => {
      await sleep(25_000);
      await kubectl('create', 'secret', 'generic', 'web-db', '--from-literal=a=b');
    },
    status: 'succeeded',
  },
];
