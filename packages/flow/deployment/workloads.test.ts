import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { planSteps, type StepOptions } from './workloads.js';

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
