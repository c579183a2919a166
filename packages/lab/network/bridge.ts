import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { addressesOf, chooseBlock, parseRoutes } from '../addresses/index.js';
import { asRoot } from '../process/index.js';
import { labId, readJson, withLock, writeJson } from '../state/index.js';
import { hasLink, runIp } from './ip.js';

export interface Network {
  /** The two leading numbers of every address of the lab: `10.64`. */
  readonly block: string;
  readonly bridge: string;
  /** The host's address on the bridge. */
  readonly gateway: string;
}

/** One for the machine: who looks for a free range holds it until everybody can see what it took. */
const machineLock = '/run/lock/slipway-lab.addresses';

/**
 * The lab's bridge with the host's address on it; made where it is not there yet. Neither the machine's
 * firewall nor its forwarding is touched.
 */
export async function ensureNetwork(folder: string, signal?: AbortSignal): Promise<Network> {
  return withLock(join(folder, 'network.lock'), 'exclusive', { signal }, async () => {
    const known = readNetwork(folder);
    if (known !== undefined && (await hasLink(known.bridge))) return known;
    return withLock(machineLock, 'exclusive', { signal, prefix: asRoot }, async () => {
      const network = describeNetwork(folder, await findBlock(folder));
      writeJson(networkFile(folder), { block: network.block });
      await runIp([`link del ${network.bridge}`], 'continue');
      await runIp([
        `link add ${network.bridge} type bridge`,
        `addr add ${network.gateway}/24 dev ${network.bridge}`,
        `link set ${network.bridge} up`,
      ]);
      return network;
    });
  });
}

/** The lab's network as it was chosen; `undefined` when no part has needed one. */
export function readNetwork(folder: string): Network | undefined {
  const block = readJson(networkFile(folder))?.['block'];
  return typeof block === 'string' ? describeNetwork(folder, block) : undefined;
}

/** Takes the bridge away, and with it every route over it. */
export async function removeNetwork(folder: string): Promise<void> {
  const network = readNetwork(folder);
  if (network === undefined || !(await hasLink(network.bridge))) return;
  await runIp([`link del ${network.bridge}`]);
}

function describeNetwork(folder: string, block: string): Network {
  return { block, bridge: `slip${labId(folder)}`, gateway: addressesOf(block).gateway };
}

async function findBlock(folder: string): Promise<string> {
  const argv = ['ip', '-json', '-4', 'route', 'show', 'table', 'all'] as const;
  const { stdout } = await runCommand(argv);
  return chooseBlock(parseRoutes(stdout), Number.parseInt(labId(folder), 16));
}

function networkFile(folder: string): string {
  return join(folder, 'network.json');
}
