import { mkdirSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterAddresses, lowestPorts, namedPorts } from '../addresses/index.js';
import {
  ensureBaseImages,
  hasBaseImages,
  offerBaseImages,
  requireMirror,
} from '../base-images/index.js';
import { ensureCompose } from '../engine/index.js';
import { ensureNetwork, reserveNodeIndex } from '../network/index.js';
import { ensurePackages, requireProgram, type PackageName } from '../packages/index.js';
import type { PartContext } from '../part/index.js';
import { readPartProcesses } from '../process/index.js';
import {
  chooseSnapshotter,
  endSandbox,
  removeUnusedControlGroups,
  requireFirstProcess,
  startSandbox,
} from '../sandbox/index.js';
import { readJson, writeJson } from '../state/index.js';
import {
  formatContainersConfig,
  formatProgram,
  formatRegistriesConfig,
  formatStorageConfig,
} from './files.js';

/** An engine that has no daemon: each of its commands does all of its work. */
export type DaemonlessName = 'podman' | 'buildah';

export interface DaemonlessPart {
  /** The folder with the program, beside podman with docker-compose, and nothing else: to be put first in PATH. */
  readonly programs: string;
  /** Where ports answer that containers publish on all addresses: `10.64.0.12`. */
  readonly address: string;
}

/** Names of services and the first process of a container are programs of their own. */
const installed: Readonly<Record<DaemonlessName, readonly PackageName[]>> = {
  podman: ['aardvark-dns', 'catatonit', 'netavark', 'podman'],
  buildah: ['buildah', 'netavark'],
};
const always: readonly PackageName[] = ['iproute2', 'iptables', 'mount', 'runc', 'util-linux'];

const setUp = 'ip route add "$1" via "$gateway"';

/** The names that these engines give to control groups, in every hierarchy, for whoever uses them. */
const controlGroups = /^(?:libpod_parent|conmon|buildah-buildah\d+)$/;

/** Installs the engine, and makes the base images, where they are not there yet. */
export async function prepareDaemonless(
  name: DaemonlessName,
  { log, signal }: Pick<PartContext, 'log' | 'signal'>,
): Promise<void> {
  await ensurePackages([...always, ...installed[name]], log, signal);
  if (name === 'podman') await ensureCompose({ log, signal });
  await ensureBaseImages({ log, signal });
}

/** Makes the namespaces in which the engine works, with a storage of its own that is empty. */
export async function startDaemonless(
  name: DaemonlessName,
  context: PartContext,
): Promise<DaemonlessPart> {
  const { lab, folder, signal } = context;
  mkdirSync(folder, { recursive: true });
  const network = await ensureNetwork(lab, signal);
  const index = await reserveNodeIndex(lab, folder, signal);
  const addresses = clusterAddresses(network.block, index);
  const mirror = requireMirror(lab);
  const { gateway } = network;
  const facts = {
    mirror,
    plainHttp: lowestPorts(namedPorts).map((port) => `${gateway}:${port}`),
    storageDriver: chooseSnapshotter(statfsSync(folder).type) === 'native' ? 'vfs' : 'overlay',
    networks: addresses.pods,
  } as const;
  writeFileSync(join(folder, 'storage.conf'), formatStorageConfig(facts));
  writeFileSync(join(folder, 'containers.conf'), formatContainersConfig(facts));
  writeFileSync(join(folder, 'registries.conf'), formatRegistriesConfig(facts));
  writeJson(join(folder, 'engine.json'), { mirror, address: addresses.node });
  await startSandbox({
    folder,
    name,
    setUp,
    arguments: [`${network.block}.0.0/16`],
    network,
    index,
    addresses,
    signal,
  });
  writeProgram(name, folder);
  if (name === 'podman') {
    symlinkSync(await ensureCompose(context), join(programsOf(folder), 'docker-compose'));
  }
  await offerBaseImages(context);
  return toPart(folder, addresses.node);
}

/** The engine when its namespaces are there, and the registry that is up now has its base images. */
export function checkDaemonless({ lab, folder }: PartContext): Promise<DaemonlessPart | undefined> {
  const processes = readPartProcesses(folder);
  const isUp = processes.length > 0 && processes.every((each) => each.isRunning);
  const { mirror, address } = readJson(join(folder, 'engine.json')) ?? {};
  const isReady = isUp && typeof address === 'string' && hasBaseImages(lab, mirror);
  return Promise.resolve(isReady ? toPart(folder, address) : undefined);
}

/** Ends all containers, and forgets its images. What is not there is no error. */
export async function endDaemonless({ lab, folder }: PartContext): Promise<void> {
  await endSandbox(lab, folder, []);
  await removeUnusedControlGroups(controlGroups);
}

function writeProgram(name: DaemonlessName, folder: string): void {
  mkdirSync(programsOf(folder));
  const script = formatProgram(
    requireProgram(name),
    requireFirstProcess(folder),
    process.getuid?.() === 0,
  );
  writeFileSync(join(programsOf(folder), name), script, { mode: 0o755 });
}

function programsOf(folder: string): string {
  return join(folder, 'programs');
}

function toPart(folder: string, address: string): DaemonlessPart {
  return { programs: programsOf(folder), address };
}
