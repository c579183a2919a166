import { expect, test } from '@jest/globals';
import { listSecretNames } from './index.js';

test('each Secret that pods read', () => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'catalog' },
    spec: {
      template: {
        spec: {
          initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 'from' } }] }],
          containers: [
            {
              name: 'a',
              env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'key', key: 'k' } } }],
            },
          ],
          volumes: [
            { name: 'v', secret: { secretName: 'volume' } },
            { name: 'p', projected: { sources: [{ secret: { name: 'projected' } }] } },
          ],
          imagePullSecrets: [{ name: 'pull' }],
        },
      },
    },
  };

  expect(listSecretNames(object)).toEqual(['from', 'key', 'projected', 'pull', 'volume']);
});
