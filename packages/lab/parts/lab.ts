import { join } from 'node:path';
import { announceRegistry, withdrawRegistry } from '../announcement/index.js';
import { offerBaseImages } from '../base-images/index.js';
import { ensureProgram, programNames } from '../build/index.js';
import { restartApiServer, type ClusterPart } from '../cluster/index.js';
import type { DaemonlessName, DaemonlessPart } from '../daemonless/index.js';
import type { EnginePart } from '../engine/index.js';
import { LabError } from '../errors/index.js';
import { locateKubectl } from '../existing/index.js';
import { checkMachine } from '../machine/index.js';
import { findProgram } from '../packages/index.js';
import {
  assertOwnParts,
  partFolder,
  readLabKubeconfig,
  readPartsLeftOut,
  type PartName,
  type RegistryName,
} from '../part/index.js';
import type { RegistryPart } from '../registry/index.js';
import {
  addOwner,
  hasLivingOwner,
  isKept,
  keepOwner,
  removeOwner,
  withLock,
  type Owner,
} from '../state/index.js';
import { tryFetchTool } from '../tools/index.js';
import { waitForAll } from '../waiting/index.js';
import { ensureWatchdog } from '../watchdog/index.js';
import { driverOf } from './drivers.js';
import {
  driversOf,
  endLab,
  isAbandoned,
  lockFile,
  recordLab,
  removeLab,
  removeParts,
} from './end.js';
import { forgetFailures, preparePart, startPart, type PartStarter } from './start-part.js';
import { readLabFolder, readStatus, type LabStatus } from './status.js';

export interface LabOptions {
  /** With whose end the lab ends too; this process without it. */
  readonly ownerPid?: number;
  /** Takes a line about what is done and how long it takes. */
  readonly log?: (line: string) => void;
  /** Stops whatever is waited for; a part that was being started is ended. */
  readonly signal?: AbortSignal;
}

/** Real parts on this machine. A part starts when it is asked for; several processes may ask at once. */
export interface Lab {
  readonly folder: string;
  /** @throws PartLeftOutError when this run does without it */
  registry(name: RegistryName): Promise<RegistryPart>;
  /** @throws PartLeftOutError when this run does without it */
  cluster(name: string): Promise<ClusterPart>;
  /**
   * Kills the API server of a cluster that runs, and starts it again. Everybody who uses the cluster notices.
   *
   * @throws PartLeftOutError where the cluster is not the lab’s own
   */
  restartApiServer(cluster: string): Promise<void>;
  /**
   * A docker of the lab's own; brings `registry:candidates` up, from which it has its base images. With existing
   * clusters it is the machine’s.
   *
   * @throws PartLeftOutError when this run does without either
   */
  engine(): Promise<EnginePart>;
  /**
   * podman or buildah, with a storage of the lab's own; brings `registry:candidates` up, too.
   *
   * @throws PartLeftOutError when this run does without either
   */
  daemonless(name: DaemonlessName): Promise<DaemonlessPart>;
  /**
   * Puts images of Java and Rust where the engines find those of Node, Go and Python: `eclipse-temurin:17-jdk`,
   * `rust:1.63-slim`. They are made when somebody first asks for them.
   */
  offerLanguages(): Promise<void>;
  /**
   * Lets the nodes of every cluster pull from a registry of this process, which listens where the lab’s own do.
   *
   * @param host `10.64.0.1:41234`; plain HTTP
   * @returns what takes it back
   */
  admitRegistry(host: string): Promise<() => void>;
  /** Starts parts side by side. */
  up(parts: readonly PartName[]): Promise<void>;
  /** Installs and builds what parts need, without starting them. */
  prepare(parts: readonly PartName[]): Promise<void>;
  /**
   * Where a program is: one of the cluster's (`kubectl`, …), one that the lab fetches in a fixed version (`act`,
   * `actionlint`, `helm`, `shellcheck`, `zizmor`), or one of the machine's.
   */
  program(name: string): Promise<string>;
  status(): Promise<LabStatus>;
  /** Lets the lab live on after its owners, until it is taken down. */
  keep(): Promise<void>;
  /** Gives up this process's share; the lab ends with the last. */
  close(): Promise<void>;
  /** Ends everything, whoever else uses it. */
  down(): Promise<void>;
}

/**
 * Opens the lab of this checkout (`LAB_DIR` chooses another folder). What a dead owner left is taken down
 * first; a lab with living owners is shared.
 *
 * @throws LabError in one sentence when this machine cannot run it
 */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { signal, log = () => undefined } = options;
  const kubeconfig = readLabKubeconfig(process.env);
  await checkMachine(kubeconfig === undefined ? 'own' : 'existing');
  const folder = readLabFolder();
  const owner = await withLock(lockFile(folder), 'exclusive', { signal }, async () => {
    if (isAbandoned(folder)) {
      await removeParts(folder);
      forgetFailures(folder);
    }
    recordLab(folder, kubeconfig);
    const added = addOwner(folder, options.ownerPid ?? process.pid);
    if (!isKept(folder)) await ensureWatchdog(folder);
    return added;
  });
  const leftOut = readPartsLeftOut(process.env['LAB_WITHOUT']);
  return useLab({ folder, owner, log, signal, leftOut });
}

function useLab(starter: PartStarter): Lab {
  const { folder, owner, log, signal } = starter;
  const drivers = driversOf(folder);
  return {
    folder,
    registry: (name) => startPart(drivers.registry(name), starter),
    cluster: (name) => startPart(drivers.cluster(name), starter),
    restartApiServer: async (name) => {
      assertOwnParts();
      const place = partFolder(folder, `cluster:${name}`);
      await restartApiServer(name, { lab: folder, folder: place, log, signal });
    },
    engine: () => startPart(drivers.engine(), starter),
    daemonless: (name) => startPart(drivers.daemonless(name), starter),
    offerLanguages: async () => {
      await startPart(drivers.registry('candidates'), starter);
      await offerBaseImages({ lab: folder, log, signal }, 'languages');
    },
    admitRegistry: async (host) => {
      await announceRegistry(folder, host, signal);
      return () => withdrawRegistry(folder, host);
    },
    up: async (parts) => {
      await waitForAll(parts.map((part) => startPart(driverOf(part, drivers), starter)));
    },
    prepare: async (parts) => {
      await waitForAll(parts.map((part) => preparePart(driverOf(part, drivers), starter)));
    },
    program: (name) => locateProgram(name, log, signal),
    status: () => readStatus(folder),
    keep: async () => {
      await withLock(lockFile(folder), 'exclusive', {}, () => {
        keepOwner(folder);
        return Promise.resolve();
      });
    },
    close: () => leaveLab(folder, owner),
    down: () => endLab(folder),
  };
}

async function leaveLab(folder: string, owner: Owner): Promise<void> {
  await withLock(lockFile(folder), 'exclusive', {}, async () => {
    removeOwner(folder, owner);
    if (!hasLivingOwner(folder)) await removeLab(folder);
  });
}

async function locateProgram(
  name: string,
  log: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (name === 'kubectl' && readLabKubeconfig(process.env) !== undefined)
    return locateKubectl(log, signal);
  if (programNames('kubernetes').includes(name))
    return join(await ensureProgram('kubernetes', log, signal), name);
  const program = (await tryFetchTool(name, log, signal)) ?? findProgram(name);
  if (program === undefined) throw new LabError(`the lab has no program ${name}`);
  return program;
}
