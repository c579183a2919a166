import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../addresses/index.js';
import { announceRegistry, withdrawRegistry } from '../announcement/index.js';
import { ensureProgram } from '../build/index.js';
import { ensurePackages, findProgram, installs } from '../packages/index.js';
import { partFolder, registryNames, type PartContext, type RegistryName } from '../part/index.js';
import {
  endProcesses,
  readPartProcesses,
  requireRunning,
  startPartProcess,
} from '../process/index.js';
import { readJson, withLock, writeJson } from '../state/index.js';
import { answers, waitUntil } from '../waiting/index.js';
import { formatDistributionConfig, hasReferrersApi } from './kinds.js';

export interface RegistryPart {
  readonly name: RegistryName;
  /** `10.64.0.1:20000`: the same registry for this machine and for the nodes of every cluster; plain HTTP. */
  readonly host: string;
  readonly hasReferrers: boolean;
}

/** Where registries listen. */
export interface RegistryPlace {
  /** `10.64.0.1` */
  readonly address: string;
  /** The port from which on one is looked for that is free. */
  readonly firstPort: number;
}

/** Builds the program of a registry where it is not there yet. */
export async function prepareRegistry(
  name: RegistryName,
  { log, signal }: Pick<PartContext, 'log' | 'signal'>,
): Promise<void> {
  await ensurePackages(['util-linux'], log, signal);
  if (hasReferrersApi[name]) await ensureProgram('registry', log, signal);
  else if (installs()) await ensurePackages([packaged], log, signal);
  else if (findProgram(packaged) === undefined) await ensureProgram('distribution', log, signal);
}

/** Starts an empty registry and waits until it answers. */
export async function startRegistry(
  name: RegistryName,
  context: PartContext,
  place: RegistryPlace,
): Promise<RegistryPart> {
  const { lab, folder, signal } = context;
  mkdirSync(folder, { recursive: true });
  const host = await reserveHost(lab, name, folder, place, signal);
  const argv = await commandOf(name, host, context);
  await startPartProcess(folder, { name: 'registry', argv });
  await waitUntil(
    async () => {
      requireRunning(folder);
      return (await answers(`http://${host}/v2/`, signal)) ? true : undefined;
    },
    { what: `the registry ${name} at ${host}`, timeoutMs: 20_000, everyMs: 20, signal },
  );
  await announceRegistry(lab, host, signal);
  return { name, host, hasReferrers: hasReferrersApi[name] };
}

/** The registry when it runs and answers; `undefined` when it does not. */
export async function checkRegistry(
  name: RegistryName,
  { folder }: PartContext,
): Promise<RegistryPart | undefined> {
  const host = readHost(folder);
  const isRunning = readPartProcesses(folder).some((each) => each.isRunning);
  if (host === undefined || !isRunning || !(await answers(`http://${host}/v2/`))) return undefined;
  return { name, host, hasReferrers: hasReferrersApi[name] };
}

/** Ends the registry and forgets what it held. */
export async function endRegistry({ lab, folder }: PartContext): Promise<void> {
  const host = readHost(folder);
  await endProcesses(readPartProcesses(folder));
  if (host !== undefined) withdrawRegistry(lab, host);
  rmSync(folder, { recursive: true, force: true });
}

/** Where a registry of the lab is or was the last time; `undefined` when it was not started. */
export function readRegistryHost(lab: string, name: RegistryName): string | undefined {
  return readHost(partFolder(lab, `registry:${name}`));
}

/** Two registries that start side by side must not find the same port free. */
async function reserveHost(
  lab: string,
  name: RegistryName,
  folder: string,
  { address, firstPort }: RegistryPlace,
  signal: AbortSignal | undefined,
): Promise<string> {
  return withLock(join(lab, 'ports.lock'), 'exclusive', { signal }, async () => {
    const others = registryNames.filter((other) => other !== name);
    const taken = others.map((other) => readRegistryHost(lab, other));
    const isTaken = (each: number): boolean => taken.includes(`${address}:${each}`);
    const host = `${address}:${await findFreePort(address, isTaken, firstPort)}`;
    writeJson(join(folder, 'address.json'), { host });
    return host;
  });
}

async function commandOf(
  name: RegistryName,
  host: string,
  { folder, log, signal }: PartContext,
): Promise<readonly [string, ...string[]]> {
  if (hasReferrersApi[name]) {
    const programs = await ensureProgram('registry', log, signal);
    return [join(programs, 'oci-registry'), '-address', host];
  }
  const config = join(folder, 'config.yml');
  writeFileSync(config, formatDistributionConfig(host, join(folder, 'storage')));
  const found = findProgram(packaged);
  if (found !== undefined) return [found, 'serve', config];
  const programs = await ensureProgram('distribution', log, signal);
  return [join(programs, 'distribution-registry'), 'serve', config];
}

/** Generation 2, which Debian has. Generation 3, which the lab builds, reads the same configuration. */
const packaged = 'docker-registry';

function readHost(folder: string): string | undefined {
  const host = readJson(join(folder, 'address.json'))?.['host'];
  return typeof host === 'string' ? host : undefined;
}
