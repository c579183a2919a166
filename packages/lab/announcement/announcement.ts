import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors/index.js';
import { waitUntil } from '../waiting/index.js';
import { readCarried } from './carried.js';

/** Where the nodes of the lab’s own clusters look up how a registry is reached (containerd’s `certs.d`). */
const folderName = 'certs.d';

/**
 * Lets the nodes of every cluster pull from a registry of this machine, over plain HTTP and by this name. Nodes of
 * existing clusters reach it through the tunnel of their cluster: resolves when those that are up carry it.
 *
 * @param host `10.64.0.1:20000`
 * @throws LabError when a node cannot listen on its port
 */
export async function announceRegistry(
  lab: string,
  host: string,
  signal?: AbortSignal,
): Promise<void> {
  const view = join(lab, folderName, host);
  mkdirSync(view, { recursive: true });
  writeFileSync(join(view, 'hosts.toml'), formatPlainHttpHost(host));
  const port = portOf(host);
  const isCarried = (): true | undefined => {
    const tunnels = listPartFolders(lab).flatMap((folder) => readCarried(folder) ?? []);
    const problem = tunnels.flatMap(({ problems }) => problems).find((each) => each.port === port);
    if (problem !== undefined) throw new LabError(problem.sentence);
    return tunnels.every(({ ports }) => ports.includes(port)) ? true : undefined;
  };
  await waitUntil(isCarried, {
    what: `the way of the nodes to ${host}`,
    timeoutMs: 60_000,
    everyMs: 20,
    signal,
  });
}

/** Takes that back; what was not announced is no error. */
export function withdrawRegistry(lab: string, host: string): void {
  rmSync(join(lab, folderName, host), { recursive: true, force: true });
}

/** Every registry that nodes may pull from now: `127.0.0.1:20000`. */
export function listAnnounced(lab: string): readonly string[] {
  const folder = join(lab, folderName);
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** @example portOf('127.0.0.1:20000') // 20000 */
export function portOf(host: string): number {
  return Number(host.slice(host.lastIndexOf(':') + 1));
}

/**
 * What containerd has to know to pull over plain HTTP (`certs.d/<host>/hosts.toml`).
 *
 * @example formatPlainHttpHost('10.64.0.1:20000')
 */
function formatPlainHttpHost(host: string): string {
  return [
    `server = "http://${host}"`,
    `[host."http://${host}"]`,
    '  capabilities = ["pull", "resolve"]',
    '',
  ].join('\n');
}

function listPartFolders(lab: string): readonly string[] {
  const parts = join(lab, 'parts');
  return existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
}
