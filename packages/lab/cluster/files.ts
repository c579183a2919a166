import { inside } from '../sandbox/index.js';
import { insideRegistries, pauseImage, type ClusterFacts } from './facts.js';

/** The files that a cluster's programs read, by their name in the cluster's folder. JSON is YAML too. */
export function formatClusterFiles(facts: ClusterFacts): Readonly<Record<string, string>> {
  return {
    'containerd.toml': formatContainerdConfig(facts),
    'cni/10-lab.conflist': toJson(describePodNetwork(facts)),
    'kubelet.json': toJson(describeKubelet(facts)),
    'kube-proxy.json': toJson(describeProxy(facts)),
    Corefile: formatCorefile(facts),
    'resolv.conf': `nameserver ${facts.node}\n`,
  };
}

/**
 * `restrict_oom_score_adj`: without CAP_SYS_RESOURCE runc cannot lower the score, and fails.
 * `runc` by its name: crun refuses hybrid control groups.
 */
function formatContainerdConfig({ snapshotter }: ClusterFacts): string {
  const unused = [
    'io.containerd.snapshotter.v1.aufs',
    'io.containerd.snapshotter.v1.btrfs',
    'io.containerd.snapshotter.v1.devmapper',
    'io.containerd.snapshotter.v1.zfs',
    'io.containerd.tracing.processor.v1.otlp',
    'io.containerd.internal.v1.tracing',
  ];
  return `version = 2
root = "${inside}/containerd/root"
state = "${inside}/containerd/state"
imports = []
oom_score = 0
disabled_plugins = ${JSON.stringify(unused)}
[grpc]
  address = "${inside}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "${pauseImage}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${inside}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${snapshotter}"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "runc"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${insideRegistries}"
`;
}

/** `ptp` routes everything, so that a pod reaches itself through a Service without bridge filters. */
function describePodNetwork({ name, pods }: ClusterFacts): object {
  const ipam = {
    type: 'host-local',
    dataDir: `${inside}/pod-addresses`,
    ranges: [[{ subnet: pods }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  return {
    cniVersion: '0.4.0',
    name: `lab-${name}`,
    plugins: [
      { type: 'ptp', ipMasq: true, ipam },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

/** Control groups per QoS class stay off: several kubelets of one machine would remove each other's. */
function describeKubelet({ node }: ClusterFacts): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '0.0.0.0',
    containerRuntimeEndpoint: `unix://${inside}/containerd.sock`,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    maxPods: 240,
    failCgroupV1: false,
    oomScoreAdj: 0,
    clusterDNS: [node],
    clusterDomain: 'cluster.local',
    resolvConf: `${inside}/resolv.conf`,
    podLogsDir: `${inside}/pod-logs`,
    volumePluginDir: `${inside}/kubelet/volume-plugins`,
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
    },
    shutdownGracePeriod: '0s',
  };
}

/** The connection tracking limits are the machine's: a network namespace may not set them. */
function describeProxy({ node, nodeName, pods }: ClusterFacts): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    bindAddress: node,
    hostnameOverride: nodeName,
    clusterCIDR: pods,
    clientConnection: { kubeconfig: `${inside}/keys/kube-proxy.kubeconfig` },
    oomScoreAdj: 0,
    nftables: { minSyncPeriod: '100ms' },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

function formatCorefile({ node }: ClusterFacts): string {
  return `cluster.local:53 {
  bind ${node}
  errors
  ready ${node}:8181
  kubernetes cluster.local {
    kubeconfig ${inside}/keys/coredns.kubeconfig
    ttl 5
  }
  cache 5
}
`;
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
