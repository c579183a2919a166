import { expect, test } from '@jest/globals';
import { chooseSnapshotter, enterSandbox } from './index.js';

test('programs run in the namespaces of the first process', () => {
  expect(enterSandbox(4711, ['coredns', 'Corefile']).join(' ')).toBe(
    'nsenter --target 4711 --net --mount --pid --ipc --uts -- coredns Corefile',
  );
});

test.each([
  ['an overlay cannot lie upon an overlay', 0x794c7630, 'native'],
  ['upon ext4 it can', 0xef53, 'overlayfs'],
])('%s', (_name, fileSystem, expected) => {
  expect(chooseSnapshotter(fileSystem)).toBe(expected);
});
