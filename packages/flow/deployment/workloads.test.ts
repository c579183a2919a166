import { expect, test } from '@jest/globals';
import { parseManifests } from '@slipway/core/manifest';
import { listAwaited } from './workloads.js';

const objects = parseManifests(
  [
    '{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web } }',
    '{ apiVersion: v1, kind: Service, metadata: { name: inside }, spec: {} }',
    '{ apiVersion: v1, kind: Service, metadata: { name: front }, spec: { type: LoadBalancer } }',
    '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web } }',
    '{ apiVersion: v1, kind: ConfigMap, metadata: { name: web } }',
    '{ apiVersion: batch/v1, kind: CronJob, metadata: { name: nightly } }',
    '{ apiVersion: example.io/v1, kind: Zone, metadata: { name: web } }',
  ].join('\n---\n'),
  'app.yaml',
);

test.each([
  ['that was changed', true, ['Deployment web', 'Service front', 'Ingress web', 'Zone web']],
  ['that was there, but for what may have no controller', false, ['Deployment web', 'Zone web']],
])('a rollout waits for everything with a state %s', (_name, isChanged, expected) => {
  const awaited = listAwaited(objects, () => isChanged);

  expect(awaited.map(({ kind, name }) => `${kind} ${name}`)).toEqual(expected);
});
