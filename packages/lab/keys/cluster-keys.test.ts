import { expect, test } from '@jest/globals';
import { formatKubeconfig } from './index.js';

test('a kubeconfig has one context, named like the cluster', () => {
  const text = formatKubeconfig({
    cluster: 'test',
    server: 'https://10.64.0.11:6443',
    authority: 'PEM',
    user: 'admin',
    token: 'abc',
  });

  expect(JSON.parse(text)).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server: 'https://10.64.0.11:6443', 'certificate-authority-data': 'UEVN' },
      },
    ],
    users: [{ name: 'test-admin', user: { token: 'abc' } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test-admin' } }],
    'current-context': 'test',
  });
});
