import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '../manifest/index.js';
import { diagnose, observe, startMemory } from './index.js';

const since = Date.parse('2026-01-01T12:00:00Z');
const job = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'migrate' };

function completed(at: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'migrate.1', namespace: 'shop', uid: 'e1' },
    involvedObject: job,
    reason: 'Completed',
    type: 'Normal',
    lastTimestamp: at,
  };
}

test.each([
  ['completed in this rollout', '2026-01-01T12:00:03Z', 'available', []],
  ['completed in one before', '2026-01-01T11:50:00Z', 'in-progress', ['apply-conflict']],
])('a Job that is gone, and %s', (_name, at, state, codes) => {
  const snapshot = { workloads: [job], objects: [completed(at)] };

  const seen = observe(startMemory(since, 'slipway-orders'), snapshot, 0);
  const later = observe(seen, snapshot, 60_000);

  expect(later.statuses.get('Job shop/migrate')?.state).toBe(state);
  expect(diagnose(later, 60_000).map(({ code }) => code)).toEqual(codes);
});
