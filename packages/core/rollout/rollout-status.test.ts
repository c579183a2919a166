import { expect, test } from '@jest/globals';
import { parseManifests } from '../manifest/index.js';
import { statusRows } from '@slipway/testing/rollout';
import { computeRollout, waitOf } from './index.js';

test.each(statusRows)('%s', (_name, yaml, expected) => {
  const [object] = parseManifests(yaml, 'status.yaml');
  if (object === undefined) throw new Error('no object');

  const { state, reason, message } = computeRollout(object);

  expect(`${state} ${reason}: ${message}`).toBe(expected);
});

test.each([
  ['apps/v1', 'Deployment', 'deadline'],
  ['v1', 'Service', 'briefly'],
  ['serving.knative.dev/v1', 'Service', 'deadline'],
  ['cert-manager.io/v1', 'Certificate', 'deadline'],
  ['networking.k8s.io/v1', 'Ingress', 'briefly'],
  ['networking.k8s.io/v1', 'NetworkPolicy', 'never'],
  ['v1', 'ConfigMap', 'never'],
  ['batch/v1', 'CronJob', 'never'],
])('a rollout waits for %s %s: %s', (apiVersion, kind, wait) => {
  expect(waitOf({ apiVersion, kind })).toBe(wait);
});
