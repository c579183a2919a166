import { expect, test } from '@jest/globals';
import { findMachineProblem } from './index.js';

const good = {
  platform: 'linux',
  architecture: 'x64',
  clusters: 'own',
  canBecomeRoot: true,
  canMakeNamespaces: true,
} as const;

test.each([
  ['the right machine', {}, undefined],
  [
    'a laptop of another kind',
    { platform: 'darwin', architecture: 'arm64' },
    'the lab needs Linux on x64, and this is darwin on arm64',
  ],
  [
    'a user without rights',
    { canBecomeRoot: false },
    'the lab needs root, or sudo without a password, to make networks and clusters',
  ],
  [
    'a user without rights whose clusters exist',
    { clusters: 'existing', canBecomeRoot: false },
    undefined,
  ],
  [
    'a container without rights',
    { canMakeNamespaces: false },
    'the lab needs the right to make network, process and mount namespaces (CAP_SYS_ADMIN, CAP_NET_ADMIN), which this container does not have',
  ],
] as const)('%s', (_name, change, expected) => {
  const problem = findMachineProblem({ ...good, ...change });

  expect(problem).toBe(expected);
});
