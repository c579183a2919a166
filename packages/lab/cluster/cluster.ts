import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { ensureProgram } from '../build/index.js';
import { buildPauseImage } from '../images/index.js';
import { LabError } from '../errors/index.js';
import { makeKeys } from '../keys/index.js';
import { ensureNetwork, readNetwork, readNodeIndex, reserveNodeIndex } from '../network/index.js';
import { ensurePackages, type PackageName } from '../packages/index.js';
import type { PartContext } from '../part/index.js';
import { asRoot, endProcesses, readChildProcesses, readPartProcesses } from '../process/index.js';
import {
  chooseSnapshotter,
  endSandbox,
  enterSandbox,
  inside,
  requireFirstProcess,
  startInSandbox,
} from '../sandbox/index.js';
import { waitForAll } from '../waiting/index.js';
import { firstCommands, secondCommands } from './commands.js';
import { listControlGroups } from './control-groups.js';
import { describeCluster, pauseImage, type ClusterFacts } from './facts.js';
import { formatClusterFiles } from './files.js';
import { isClusterHealthy, waitForApi, waitForContainerd, waitForNode } from './readiness.js';
import { startClusterSandbox } from './sandbox.js';

export interface ClusterPart {
  readonly name: string;
  /** The file whose one user may do everything; its one context is called like the cluster. */
  readonly kubeconfig: string;
  readonly context: string;
  /** `https://10.64.0.11:6443` */
  readonly server: string;
  /** Where it is an existing one, whose Services are reached only from inside. */
  readonly inside?: InsideCluster;
}

/** What a client of Services needs that has to be a pod. */
export interface InsideCluster {
  /** For people: the context of the user’s own kubeconfig, and where its API is. */
  readonly original: string;
  /** The lab’s own namespace. */
  readonly namespace: string;
  /** Has Node 20 or newer. */
  readonly image: string;
}

const packages: readonly PackageName[] = [
  'busybox-static',
  'containerd',
  'containernetworking-plugins',
  'iproute2',
  'iptables',
  'mount',
  'nftables',
  'openssl',
  'runc',
  'util-linux',
];

/** Installs and builds what a cluster is made of, where it is not there yet. */
export async function prepareCluster({
  log,
  signal,
}: Pick<PartContext, 'log' | 'signal'>): Promise<void> {
  await ensurePackages(packages, log, signal);
  await ensureProgram('kubernetes', log, signal);
}

/** Starts an empty cluster with one node, and waits until it runs pods and answers for their names. */
export async function startCluster(name: string, context: PartContext): Promise<ClusterPart> {
  const { lab, folder, log, signal } = context;
  mkdirSync(folder, { recursive: true });
  const programs = await ensureProgram('kubernetes', log, signal);
  const network = await ensureNetwork(lab, signal);
  const index = await reserveNodeIndex(lab, folder, signal);
  const facts = readFacts(name, folder, network.block, index);
  const registries = join(lab, 'certs.d');
  writeFiles(folder, facts);
  await waitForAll<unknown>([
    makeKeys({
      folder: join(folder, 'keys'),
      cluster: name,
      node: facts.nodeName,
      server: facts.server,
      serverAddresses: listServerAddresses(facts),
    }),
    startClusterSandbox({ folder, programs, registries, facts, network, index, signal }),
  ]);
  await startInSandbox(folder, firstCommands(facts));
  await waitForAll([
    waitForContainerd(folder, signal).then(() => importPauseImage(folder, signal)),
    waitForApi(folder, facts, signal),
  ]);
  await startInSandbox(folder, secondCommands(facts));
  await waitForNode(folder, facts, signal);
  return toPart(folder, facts);
}

/** The cluster when all of it runs and answers; `undefined` when it does not. */
export async function checkCluster(
  name: string,
  { lab, folder, signal }: PartContext,
): Promise<ClusterPart | undefined> {
  const block = readNetwork(lab)?.block;
  const index = readNodeIndex(folder);
  if (block === undefined || index === undefined) return undefined;
  const facts = readFacts(name, folder, block, index);
  return (await isClusterHealthy(folder, facts, signal)) ? toPart(folder, facts) : undefined;
}

/**
 * Kills the API server and starts it again, as a machine that fails does to one that has no second; resolves when
 * it answers.
 */
export async function restartApiServer(
  name: string,
  { lab, folder, signal }: PartContext,
): Promise<void> {
  const block = readNetwork(lab)?.block;
  const index = readNodeIndex(folder);
  const server = readPartProcesses(folder).find((process) => process.name === 'kube-apiserver');
  if (block === undefined || index === undefined || server === undefined)
    throw new LabError(`the cluster ${name} does not run`);
  const facts = readFacts(name, folder, block, index);
  // the program is the child of the one that entered the namespaces; both must be gone before the port is free
  await endProcesses([...readChildProcesses(server.pid), server]);
  await startInSandbox(
    folder,
    firstCommands(facts).filter((command) => command.name === server.name),
  );
  await waitForApi(folder, facts, signal);
}

/** Ends the cluster and everything in it, and forgets what it held. What is not there is no error. */
export async function endCluster({ lab, folder }: PartContext): Promise<void> {
  await endSandbox(lab, folder, listControlGroups(folder));
}

async function importPauseImage(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const archive = buildPauseImage(join(folder, 'pause'), pauseImage);
  writeFileSync(join(folder, 'pause.tar'), archive);
  const pid = requireFirstProcess(folder);
  const ctr = ['ctr', '--address', `${inside}/containerd.sock`, '--namespace', 'k8s.io'];
  await runCommand(
    asRoot(enterSandbox(pid, [...ctr, 'images', 'import', `${inside}/pause.tar`])),
    signal === undefined ? { timeoutMs: 60_000 } : { timeoutMs: 60_000, signal },
  );
  rmSync(join(folder, 'pause.tar'));
}

function readFacts(name: string, folder: string, block: string, index: number): ClusterFacts {
  const snapshotter = chooseSnapshotter(statfsSync(folder).type);
  return describeCluster({ name, block, index, snapshotter });
}

function writeFiles(folder: string, facts: ClusterFacts): void {
  for (const [name, text] of Object.entries(formatClusterFiles(facts))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function listServerAddresses({ node, firstService }: ClusterFacts): readonly string[] {
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const full = 'kubernetes.default.svc.cluster.local';
  return [node, '127.0.0.1', firstService, 'localhost', ...names, full];
}

function toPart(folder: string, { name, server }: ClusterFacts): ClusterPart {
  return { name, kubeconfig: join(folder, 'keys', 'admin.kubeconfig'), context: name, server };
}
