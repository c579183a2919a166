import { describe, expect, test } from '@jest/globals';
import { readApiPath } from './api-path.js';

const core = '/api/v1/namespaces';
const apps = '/apis/apps/v1/namespaces/shop/deployments';

describe('readApiPath', () => {
  test.each([
    ['a collection', apps, { collection: apps, namespace: 'shop', kind: 'deployments.apps' }],
    [
      'an object, whatever is asked of it',
      `${apps}/web?fieldManager=slipway`,
      { collection: apps, namespace: 'shop', kind: 'deployments.apps', name: 'web' },
    ],
    [
      'a part of an object',
      `${core}/shop/pods/web/exec?command=sh`,
      {
        collection: `${core}/shop/pods`,
        namespace: 'shop',
        kind: 'pods',
        name: 'web',
        subresource: 'exec',
      },
    ],
    ['a namespace', `${core}/shop`, { collection: core, kind: 'namespaces', name: 'shop' }],
    [
      'a part of a namespace',
      `${core}/shop/finalize`,
      { collection: core, kind: 'namespaces', name: 'shop', subresource: 'finalize' },
    ],
    [
      'what belongs to no namespace',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
      {
        collection: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
        kind: 'clusterroles.rbac.authorization.k8s.io',
        name: 'system:node',
      },
    ],
  ])('%s', (_name, path, expected) => {
    expect(readApiPath(path)).toEqual(expected);
  });

  test.each([
    '/version',
    '/readyz?verbose',
    '/api/v1',
    '/apis/apps/v1',
    '/openapi/v3/apis/apps/v1',
  ])('%s names no object', (path) => {
    expect(readApiPath(path)).toBeUndefined();
  });
});
