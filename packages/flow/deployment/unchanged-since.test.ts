import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '@slipway/core/manifest';
import { findUnchangedSince } from './unchanged-since.js';

function service(name: string, managedFields: readonly object[]): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, managedFields } };
}

test.each([
  ['nothing says it', [], undefined],
  [
    'the last change of any of them, and no status',
    [
      service('a', [{ manager: 'helm', time: '2026-01-02T00:00:00Z' }]),
      service('b', [
        { manager: 'helm', time: '2026-01-01T00:00:00Z' },
        { manager: 'kubectl-edit', time: '2026-01-03T00:00:00Z' },
        { manager: 'kube-controller-manager', subresource: 'status', time: '2026-01-09T00:00:00Z' },
      ]),
    ],
    '2026-01-03T00:00:00Z',
  ],
])('%s', (_name, objects, since) => {
  expect(findUnchangedSince(objects)).toBe(since);
});
