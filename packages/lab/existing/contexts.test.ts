import { expect, test } from '@jest/globals';
import { chooseContext } from './contexts.js';

test.each([
  ['its own name', 'test', ['test', 'kind-test'], 'test'],
  ['a name that kind gave', 'test', ['kind-test', 'kind-production'], 'kind-test'],
  ['a name that k3d gave', 'standby', ['k3d-test', 'k3d-standby'], 'k3d-standby'],
  ['nothing where two end in it', 'test', ['kind-test', 'k3d-test'], undefined],
  ['the only one there is for test', 'test', ['minikube'], 'minikube'],
  ['nothing else for the only one', 'production', ['minikube'], undefined],
  ['nothing where it is part of a word', 'test', ['latest', 'other'], undefined],
  ['nothing in an empty file', 'test', [], undefined],
])('a cluster has %s', (_name, cluster, contexts, expected) => {
  expect(chooseContext(cluster, contexts)).toBe(expected);
});
