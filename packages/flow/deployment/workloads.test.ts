import { expect, test } from '@jest/globals';
import { parseManifests, type KubernetesObject } from '@slipway/core/manifest';
import { listAwaited, planSteps, type StepOptions } from './workloads.js';

function job(name: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, annotations } };
}

const objects = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
  job('plain'),
  job('migrate', { 'slipway.dev/migration': 'expand' }),
  job('warm', { 'slipway.dev/phase': 'after-available' }),
  job('ask', { 'slipway.dev/phase': 'smoke-test' }),
];

function stepsOf(options: StepOptions): readonly (readonly string[])[] {
  const { preparation, release, afterAvailable, smokeTests } = planSteps(objects, options);
  return [preparation, release, afterAvailable, smokeTests].map((step) =>
    step.map(({ metadata }) => metadata.name),
  );
}

test.each([
  [
    'a deployment runs every Job in its step',
    { intent: 'deploy', migrations: 'run' },
    [['settings', 'migrate'], ['web', 'plain'], ['warm'], ['ask']],
  ],
  [
    'migrations may be skipped',
    { intent: 'deploy', migrations: 'skip' },
    [['settings'], ['web', 'plain'], ['warm'], ['ask']],
  ],
  [
    'a rollback only verifies',
    { intent: 'rollback', migrations: 'skip' },
    [['settings'], ['web'], [], ['ask']],
  ],
] as const)('%s', (_what, options, expected) => {
  expect(stepsOf(options)).toEqual(expected);
});

const awaitedObjects = parseManifests(
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
  const awaited = listAwaited(awaitedObjects, () => isChanged);

  expect(awaited.map(({ kind, name }) => `${kind} ${name}`)).toEqual(expected);
});
