import { expect, test } from '@jest/globals';
import { sortForRemoval } from './remove-made.js';

test('what was made last is removed first, and webhooks before everything', () => {
  const made = ['Namespace', 'ValidatingWebhookConfiguration', 'ClusterRole'].map((kind) => ({
    identity: { apiVersion: 'v1', kind, name: 'any' },
  }));

  const kinds = sortForRemoval(made).map(({ identity: { kind } }) => kind);

  expect(kinds).toEqual(['ValidatingWebhookConfiguration', 'ClusterRole', 'Namespace']);
});
