import { mkdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors/index.js';
import {
  ensureBaseImages,
  hasBaseImages,
  offerBaseImages,
  requireMirror,
} from '../base-images/index.js';
import { ensureNetwork, reserveNodeIndex } from '../network/index.js';
import {
  ensurePackages,
  ensureSuitePackages,
  type PackageName,
  type SuitePackages,
} from '../packages/index.js';
import type { PartContext } from '../part/index.js';
import { readPartProcesses, requireRunning } from '../process/index.js';
import {
  chooseSnapshotter,
  endSandbox,
  inside,
  startInSandbox,
  startSandbox,
} from '../sandbox/index.js';
import { labId, readJson, writeJson } from '../state/index.js';
import { waitForAll, waitUntil } from '../waiting/index.js';
import { describeEngine, formatClientConfig, formatDaemonConfig } from './facts.js';
import { isEngineReady } from './ready.js';

export interface EnginePart {
  /** `unix:///…/docker.sock` */
  readonly dockerHost: string;
  /** The folder whose `config.json` says where the plugins of the CLI are (`DOCKER_CONFIG`). */
  readonly dockerConfig: string;
  /** The folder with `docker`, which has buildx and compose: to be put first in PATH. */
  readonly programs: string;
  /** Where ports answer that containers publish on all addresses: `10.64.0.11`. */
  readonly address: string;
  /** `DOCKER_HOST` and `DOCKER_CONFIG`. */
  readonly environment: Readonly<Record<string, string>>;
}

const installed: readonly PackageName[] = ['iproute2', 'iptables', 'mount', 'runc', 'util-linux'];

/** Debian 12's own engine has no buildx. */
const downloaded: SuitePackages = {
  name: 'engine',
  title: 'Docker',
  suite: 'trixie',
  packages: ['containerd', 'docker-buildx', 'docker-cli', 'docker-compose', 'docker.io', 'tini'],
  seconds: 15,
};

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const setUp = 'ip route add "$1" via "$gateway"';

/** What the name of a socket has room for (unix(7)). */
const maxSocketBytes = 107;

/**
 * Downloads Docker with its plug-ins, where it is not there yet.
 *
 * @returns the file of the plug-in compose, which is a program by itself, too
 */
export async function ensureCompose({
  log,
  signal,
}: Pick<PartContext, 'log' | 'signal'>): Promise<string> {
  const programs = await ensureSuitePackages(downloaded, log, signal);
  return join(programs, 'usr/libexec/docker/cli-plugins/docker-compose');
}

/** Installs and downloads what the engine is made of, where it is not there yet. */
export async function prepareEngine({
  log,
  signal,
}: Pick<PartContext, 'log' | 'signal'>): Promise<void> {
  await ensurePackages(installed, log, signal);
  await ensureSuitePackages(downloaded, log, signal);
  await ensureBaseImages({ log, signal });
}

/** Starts an engine without images or containers; those that Dockerfiles begin with are in its registry. */
export async function startEngine(context: PartContext): Promise<EnginePart> {
  const { lab, folder, log, signal } = context;
  requireShortName(socketOf(folder));
  mkdirSync(folder, { recursive: true });
  const programs = await ensureSuitePackages(downloaded, log, signal);
  const network = await ensureNetwork(lab, signal);
  const index = await reserveNodeIndex(lab, folder, signal);
  const facts = describeEngine({
    block: network.block,
    index,
    programs,
    mirror: requireMirror(lab),
    controlGroup: controlGroupOf(lab),
    snapshotter: chooseSnapshotter(statfsSync(folder).type),
    groupId: process.getgid?.() ?? 0,
  });
  writeFiles(folder, programs, formatDaemonConfig(facts));
  writeJson(join(folder, 'engine.json'), { mirror: facts.mirror, address: facts.node });
  await startSandbox({
    folder,
    name: 'the engine',
    setUp,
    arguments: [facts.reachable],
    network,
    index,
    addresses: facts,
    signal,
  });
  await waitForAll([offerBaseImages(context), startDockerd(context, programs)]);
  return toPart(folder, facts.node);
}

/** The engine when it runs, answers, and asks the registry that is up now for its base images. */
export async function checkEngine({
  lab,
  folder,
  signal,
}: PartContext): Promise<EnginePart | undefined> {
  const processes = readPartProcesses(folder);
  if (processes.length === 0 || processes.some((each) => !each.isRunning)) return undefined;
  const { mirror, address } = readJson(join(folder, 'engine.json')) ?? {};
  if (typeof address !== 'string' || !hasBaseImages(lab, mirror)) return undefined;
  return (await isEngineReady(socketOf(folder), signal)) ? toPart(folder, address) : undefined;
}

/** Ends the engine with its containers, and forgets its images. What is not there is no error. */
export async function endEngine({ lab, folder }: PartContext): Promise<void> {
  await endSandbox(lab, folder, [controlGroupOf(lab)]);
}

async function startDockerd({ folder, signal }: PartContext, programs: string): Promise<void> {
  await startInSandbox(folder, [{ name: 'dockerd', argv: dockerdCommand(programs) }]);
  await waitUntil(
    async () => {
      requireRunning(folder);
      return (await isEngineReady(socketOf(folder), signal)) ? true : undefined;
    },
    { what: 'the engine', timeoutMs: 60_000, everyMs: 50, signal },
  );
}

function writeFiles(folder: string, programs: string, daemonConfig: string): void {
  writeFileSync(join(folder, 'daemon.json'), daemonConfig);
  mkdirSync(join(folder, 'config'));
  writeFileSync(join(folder, 'config/config.json'), formatClientConfig(programs));
  mkdirSync(join(folder, 'programs'));
  symlinkSync(join(programs, 'usr/bin/docker'), join(folder, 'programs/docker'));
}

/** dockerd starts containerd, which starts its shims: each looks for the next in PATH. */
function dockerdCommand(programs: string): readonly [string, ...string[]] {
  const folders = ['bin', 'sbin'].map((each) => join(programs, 'usr', each));
  return [
    'env',
    `PATH=${[...folders, systemPath].join(':')}`,
    'dockerd',
    '--config-file',
    `${inside}/daemon.json`,
  ];
}

function socketOf(folder: string): string {
  return join(folder, 'docker.sock');
}

function requireShortName(socket: string): void {
  if (Buffer.byteLength(socket) > maxSocketBytes)
    throw new LabError(
      `${socket} is too long for the name of a socket: choose a shorter folder with LAB_DIR`,
    );
}

function controlGroupOf(lab: string): string {
  return `/slipway-${labId(lab)}`;
}

function toPart(folder: string, address: string): EnginePart {
  const dockerHost = `unix://${socketOf(folder)}`;
  const dockerConfig = join(folder, 'config');
  return {
    dockerHost,
    dockerConfig,
    programs: join(folder, 'programs'),
    address,
    environment: { DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig },
  };
}
