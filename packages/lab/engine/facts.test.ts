import { describe, expect, test } from '@jest/globals';
import { describeEngine, formatClientConfig, formatDaemonConfig } from './facts.js';

const facts = describeEngine({
  block: '10.64',
  index: 3,
  mirror: '10.64.0.1:20000',
  programs: '/cache/engine',
  controlGroup: '/slipway-1f0c',
  snapshotter: 'overlayfs',
  groupId: 1000,
});

describe('what dockerd reads', () => {
  const config: unknown = JSON.parse(formatDaemonConfig(facts));

  test.each([
    [
      'its socket, for the group of who started it',
      { hosts: ['unix:///run/lab/docker.sock'], group: '1000' },
    ],
    ['an address of its own on its bridge', { bip: '10.64.6.1/24' }],
    [
      'room for 16 more networks',
      { 'default-address-pools': [{ base: '10.64.7.0/24', size: 28 }] },
    ],
    ['the registry that has its base images', { 'registry-mirrors': ['http://10.64.0.1:20000'] }],
    [
      'the store from which layouts are written',
      { features: { 'containerd-snapshotter': true }, 'storage-driver': 'overlayfs' },
    ],
    ['control groups that are found again', { 'cgroup-parent': '/slipway-1f0c' }],
    [
      'nothing of the machine’s packet filter',
      { iptables: false, ip6tables: false, 'ip-masq': false },
    ],
    ['an init that runs on every Debian', { 'init-path': '/cache/engine/usr/bin/tini-static' }],
  ])('%s', (_name, expected) => {
    expect(config).toMatchObject(expected);
  });

  test('registries over plain HTTP by their range, and by name for BuildKit', () => {
    expect(config).toMatchObject({
      'insecure-registries': expect.arrayContaining([
        '10.64.0.0/24',
        '10.64.0.1:20000',
        '10.64.0.1:20001',
      ]),
    });
  });
});

test('the docker CLI is told where its plugins are', () => {
  expect(JSON.parse(formatClientConfig('/cache/engine'))).toEqual({
    cliPluginsExtraDirs: ['/cache/engine/usr/libexec/docker/cli-plugins'],
  });
});
