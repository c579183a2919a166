import type { PartCommand } from '../process/index.js';
import { inside } from '../sandbox/index.js';
import { insidePrograms, type ClusterFacts } from './facts.js';

const keys = `${inside}/keys`;
const etcd = { clients: 'http://127.0.0.1:2379', peers: 'http://127.0.0.1:2380' };

/** Enough for the controllers to make a default ServiceAccount within half a second, not four. */
const fastClient = ['--kube-api-qps=500', '--kube-api-burst=1000'];

/** What has to run before the API server can answer, and the API server. */
export function firstCommands(facts: ClusterFacts): readonly PartCommand[] {
  return [
    {
      name: 'etcd',
      argv: [
        `${insidePrograms}/etcd`,
        `--name=${facts.name}`,
        `--data-dir=${inside}/etcd`,
        '--unsafe-no-fsync',
        '--heartbeat-interval=50',
        '--election-timeout=250',
        `--listen-client-urls=${etcd.clients}`,
        `--advertise-client-urls=${etcd.clients}`,
        `--listen-peer-urls=${etcd.peers}`,
        `--initial-advertise-peer-urls=${etcd.peers}`,
        `--initial-cluster=${facts.name}=${etcd.peers}`,
        '--log-level=warn',
      ],
    },
    { name: 'containerd', argv: ['containerd', '--config', `${inside}/containerd.toml`] },
    { name: 'kube-apiserver', argv: apiServerArguments(facts) },
  ];
}

/** What works through the API server, and so starts when it is ready. */
export function secondCommands(facts: ClusterFacts): readonly PartCommand[] {
  const generated = `--cert-dir=${keys}/generated`;
  return [
    {
      name: 'kube-controller-manager',
      argv: [
        `${insidePrograms}/kube-controller-manager`,
        `--kubeconfig=${keys}/kube-controller-manager.kubeconfig`,
        '--leader-elect=false',
        ...fastClient,
        '--use-service-account-credentials=true',
        `--service-account-private-key-file=${keys}/sa.key`,
        `--root-ca-file=${keys}/ca.crt`,
        `--cluster-signing-cert-file=${keys}/ca.crt`,
        `--cluster-signing-key-file=${keys}/ca.key`,
        generated,
        '--bind-address=127.0.0.1',
      ],
    },
    {
      name: 'kube-scheduler',
      argv: [
        `${insidePrograms}/kube-scheduler`,
        `--kubeconfig=${keys}/kube-scheduler.kubeconfig`,
        '--leader-elect=false',
        ...fastClient,
        generated,
        '--bind-address=127.0.0.1',
      ],
    },
    {
      name: 'kubelet',
      argv: [
        `${insidePrograms}/kubelet`,
        `--config=${inside}/kubelet.json`,
        `--kubeconfig=${keys}/kubelet.kubeconfig`,
        `--hostname-override=${facts.nodeName}`,
        `--node-ip=${facts.node}`,
        `--root-dir=${inside}/kubelet`,
        `--cert-dir=${inside}/kubelet/pki`,
      ],
    },
    {
      name: 'kube-proxy',
      argv: [`${insidePrograms}/kube-proxy`, `--config=${inside}/kube-proxy.json`],
    },
    { name: 'coredns', argv: [`${insidePrograms}/coredns`, `${inside}/Corefile`] },
  ];
}

function apiServerArguments(facts: ClusterFacts): readonly [string, ...string[]] {
  return [
    `${insidePrograms}/kube-apiserver`,
    `--etcd-servers=${etcd.clients}`,
    `--advertise-address=${facts.node}`,
    '--bind-address=0.0.0.0',
    '--secure-port=6443',
    `--service-cluster-ip-range=${facts.services}`,
    `--tls-cert-file=${keys}/api.crt`,
    `--tls-private-key-file=${keys}/api.key`,
    `--cert-dir=${keys}/generated`,
    `--token-auth-file=${keys}/tokens.csv`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${keys}/sa.pub`,
    `--service-account-signing-key-file=${keys}/sa.key`,
    '--kubelet-preferred-address-types=InternalIP',
  ];
}
