import { LabError } from '../errors/index.js';

/** A range of IPv4 addresses: its first address as a number, and how many bits are fixed. */
interface Range {
  readonly first: number;
  readonly bits: number;
}

export interface BlockAddresses {
  /** The host on the bridge: registries listen here. */
  readonly gateway: string;
  readonly network: string;
}

export interface ClusterAddresses {
  readonly node: string;
  readonly pods: string;
  readonly services: string;
  /** The Service `kubernetes`: always the first of the services. */
  readonly firstService: string;
}

/** How many clusters find room in one block. */
export const maxClusters = 100;

/**
 * The two leading numbers of a range of 65,536 private addresses (RFC 1918) that nothing on this machine
 * uses: the whole lab lives in it.
 *
 * @param routes destinations as `ip route` prints them: `10.250.0.0/24`, `192.0.2.2`, `default`
 * @param start where to begin to look, so that labs started at once seldom want the same
 * @example chooseBlock(['10.64.3.0/24', 'default'], 0) // '10.65'
 * @throws LabError when every range is in use
 */
export function chooseBlock(routes: readonly string[], start: number): string {
  const taken = routes.flatMap((route) => parseRange(route) ?? []);
  const blocks = listBlocks();
  for (let step = 0; step < blocks.length; step += 1) {
    const block = blocks[(start + step) % blocks.length];
    const range = block === undefined ? undefined : parseRange(`${block}.0.0/16`);
    if (range !== undefined && !taken.some((other) => overlap(range, other))) return block ?? '';
  }
  throw new LabError('no range of private addresses is free on this machine for the lab');
}

/**
 * @example addressesOf('10.64') // { gateway: '10.64.0.1', network: '10.64.0.0/24' }
 */
export function addressesOf(block: string): BlockAddresses {
  return { gateway: `${block}.0.1`, network: `${block}.0.0/24` };
}

/**
 * @param index 1 for the first cluster
 * @example clusterAddresses('10.64', 1).pods // '10.64.2.0/24'
 */
export function clusterAddresses(block: string, index: number): ClusterAddresses {
  const [pods, services] = [2 * index, 2 * index + 1];
  return {
    node: `${block}.0.${10 + index}`,
    pods: `${block}.${pods}.0/24`,
    services: `${block}.${services}.0/24`,
    firstService: `${block}.${services}.1`,
  };
}

/**
 * The destinations in what `ip -json route show table all` prints, which holds the machine's own addresses too.
 *
 * @example parseRoutes('[{"dst":"default"},{"dst":"10.1.0.0/24"}]') // ['default', '10.1.0.0/24']
 */
export function parseRoutes(json: string): readonly string[] {
  const routes: unknown = JSON.parse(json);
  if (!Array.isArray(routes)) throw new LabError('ip route did not answer with a list');
  return routes.flatMap((route: unknown) =>
    typeof route === 'object' && route !== null && 'dst' in route && typeof route.dst === 'string'
      ? [route.dst]
      : [],
  );
}

function listBlocks(): readonly string[] {
  const ten = Array.from({ length: 186 }, (_, index) => `10.${64 + index}`);
  const others = Array.from({ length: 16 }, (_, index) => `172.${16 + index}`);
  return [...ten, ...others];
}

function parseRange(route: string): Range | undefined {
  const parsed = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(route);
  if (parsed === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 32] = parsed
    .slice(1)
    .map((part: string | undefined) => (part === undefined ? 32 : Number(part)));
  return { first: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}

function overlap(one: Range, other: Range): boolean {
  const size = 2 ** (32 - Math.min(one.bits, other.bits));
  return Math.floor(one.first / size) === Math.floor(other.first / size);
}
