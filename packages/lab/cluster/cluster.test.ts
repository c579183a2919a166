import { describe, expect, test } from '@jest/globals';
import { isNodeReady } from './api.js';
import { firstCommands, secondCommands } from './commands.js';
import { describeCluster } from './facts.js';
import { formatClusterFiles } from './files.js';

const facts = describeCluster({
  name: 'test',
  block: '10.64',
  index: 1,
  snapshotter: 'overlayfs',
});

test('a cluster has its addresses from its index', () => {
  expect(facts).toEqual({
    name: 'test',
    nodeName: 'test-node',
    server: 'https://10.64.0.11:6443',
    node: '10.64.0.11',
    pods: '10.64.2.0/24',
    services: '10.64.3.0/24',
    firstService: '10.64.3.1',
    snapshotter: 'overlayfs',
  });
});

describe('the programs of a cluster', () => {
  test('start in two waves', () => {
    const names = [firstCommands(facts), secondCommands(facts)].map((wave) =>
      wave.map(({ name }) => name),
    );

    expect(names).toEqual([
      ['etcd', 'containerd', 'kube-apiserver'],
      ['kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'coredns'],
    ]);
  });

  test.each([
    ['kube-apiserver', '--advertise-address=10.64.0.11'],
    ['kube-apiserver', '--service-cluster-ip-range=10.64.3.0/24'],
    ['kube-apiserver', '--authorization-mode=Node,RBAC'],
    ['kube-controller-manager', '--kube-api-qps=500'],
    ['kubelet', '--node-ip=10.64.0.11'],
    ['kubelet', '--hostname-override=test-node'],
  ])('%s gets %s', (program, argument) => {
    const commands = [...firstCommands(facts), ...secondCommands(facts)];

    expect(commands.find(({ name }) => name === program)?.argv).toContain(argument);
  });
});

describe('the files of a cluster', () => {
  const files = formatClusterFiles(facts);

  test.each([
    ['containerd.toml', 'restrict_oom_score_adj = true'],
    ['containerd.toml', 'snapshotter = "overlayfs"'],
    ['cni/10-lab.conflist', '"subnet": "10.64.2.0/24"'],
    ['kubelet.json', '"failCgroupV1": false'],
    ['kube-proxy.json', '"minSyncPeriod": "100ms"'],
    ['Corefile', 'bind 10.64.0.11'],
    ['resolv.conf', 'nameserver 10.64.0.11'],
  ])('%s has %s', (name, text) => {
    expect(files[name]).toContain(text);
  });
});

test.each([
  ['ready', '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}', true],
  ['not ready', '{"status":{"conditions":[{"type":"Ready","status":"False"}]}}', false],
  ['new', '{"status":{}}', false],
  ['something else', 'null', false],
])('a node that is %s', (_name, json, expected) => {
  expect(isNodeReady(json)).toBe(expected);
});
