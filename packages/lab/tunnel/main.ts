import { spawn } from 'node:child_process';
import { describeError } from '@slipway/core/errors';
import { numberAt, recordsAt, textAt, type KubernetesObject } from '@slipway/core/manifest';
import { systemClock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import { listAnnounced, portOf, writeCarried } from '../announcement/index.js';
import { openQuietCluster } from '../open-cluster/index.js';
import { readTunnelConfig, tunnelName, type TunnelConfig } from './config.js';
import { startHostEnd, type HostEnd } from './host-end.js';

/** The tunnel of one existing cluster on the machine of the lab: it runs until it is ended. */
async function main(config: TunnelConfig): Promise<void> {
  const cluster = await openQuietCluster(config);
  const links = new Map<string, HostEnd>();
  let nodes = 0;
  for (let turn = 0; ; turn += 1) {
    try {
      if (turn % turnsPerLook === 0) nodes = await followNodes(cluster, config, links);
    } catch (error) {
      say(`the nodes cannot be looked at: ${describeError(error)}`); // an API that restarts comes back
    }
    const ports = listAnnounced(config.lab).map(portOf);
    for (const link of links.values()) link.setPorts(ports);
    if (nodes > 0 && links.size >= nodes) tellCarried(config, ports, links);
    await systemClock.sleep(everyMs);
  }
}

const everyMs = 100;
/** For nodes and pods that come and go. */
const turnsPerLook = 10;

/** Links each pod of the tunnel that runs and is not linked. Answers with how many there have to be. */
async function followNodes(
  cluster: Cluster,
  config: TunnelConfig,
  links: Map<string, HostEnd>,
): Promise<number> {
  const { namespace } = config;
  const type = { apiVersion: 'apps/v1', kind: 'DaemonSet' } as const;
  const set = await cluster.get({ ...type, namespace, name: tunnelName });
  const labelSelector = `app=${tunnelName}`;
  const { items } = await cluster.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace, labelSelector },
  );
  for (const pod of items.filter(isReady)) {
    const { name } = pod.metadata;
    const key = `${name} ${textAt(pod, 'spec', 'nodeName') ?? ''}`;
    if (!links.has(key)) openLink(config, name, key, links);
  }
  return numberAt(set, 'status', 'desiredNumberScheduled') ?? 0;
}

function isReady(pod: KubernetesObject): boolean {
  const conditions = recordsAt(pod['status'], 'conditions');
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** A program on the node, whose standard input and output are ours through the API server. */
function openLink(
  { kubectl, kubeconfig, context, namespace }: TunnelConfig,
  pod: string,
  key: string,
  links: Map<string, HostEnd>,
): void {
  const where = ['--kubeconfig', kubeconfig, '--context', context, '--namespace', namespace];
  const words = ['exec', '--stdin', pod, '--', 'node', '/tunnel/node-end.mjs'];
  const child = spawn(kubectl, [...where, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined); // it ended: what is read ends, too
  const link = startHostEnd(child.stdout, child.stdin);
  links.set(key, link);
  say(`linked ${key}`);
  const end = (why: string): void => {
    if (links.get(key) !== link) return;
    links.delete(key);
    child.kill();
    say(`${key} is not linked any more: ${why}`);
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code) => end(`kubectl ended with ${code ?? 'a signal'}`));
  void link.closed.then(() => end('the link broke'));
}

let told = '';

function tellCarried(
  { folder }: TunnelConfig,
  wanted: readonly number[],
  links: ReadonlyMap<string, HostEnd>,
): void {
  const reports = [...links].map(([key, { report }]) => ({ key, report }));
  const ports = wanted.filter((port) =>
    reports.every(({ report }) => report?.ports.includes(port) === true),
  );
  const problems = reports.flatMap(({ key, report }) =>
    (report?.refused ?? []).map(({ port, reason }) => ({
      port,
      sentence: `the node of ${key} cannot listen on port ${port} of its loopback: ${reason}`,
    })),
  );
  const carried = { ports, problems };
  if (JSON.stringify(carried) === told) return;
  told = JSON.stringify(carried);
  writeCarried(folder, carried);
}

function say(line: string): void {
  process.stderr.write(`${systemClock.now().toISOString()} ${line}\n`);
}

await main(readTunnelConfig(process.argv[2] ?? ''));
