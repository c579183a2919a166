import { expect, test } from '@jest/globals';
import { formatRight, readRight } from './right.js';

test.each([
  ['GET', '/api/v1/namespaces/kube-system', 'get namespaces'],
  ['GET', '/api/v1/namespaces/shop/pods?limit=500', 'list pods'],
  ['GET', '/api/v1/namespaces/shop/pods?watch=true', 'watch pods'],
  ['GET', '/api/v1/namespaces/shop/pods/web-1/log?container=web', 'get pods/log'],
  ['GET', '/api/v1/namespaces/shop/services/web:80/proxy/healthz', 'get services/proxy'],
  ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/web?dryRun=All', 'patch deployments.apps'],
  ['DELETE', '/apis/batch/v1/namespaces/shop/jobs/m', 'delete jobs.batch'],
  [
    'POST',
    '/apis/coordination.k8s.io/v1/namespaces/shop/leases',
    'create leases.coordination.k8s.io',
  ],
  [
    'GET',
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/a.b',
    'get customresourcedefinitions.apiextensions.k8s.io',
  ],
  ['GET', '/apis/apps/v1', undefined],
])('%s %s needs %s', (method, url, expected) => {
  const right = readRight(method, url);

  expect(right === undefined ? undefined : formatRight(right)).toBe(expected);
});
