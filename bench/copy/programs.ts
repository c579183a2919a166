import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { ensureProgram } from '@slipway/lab/build';
import { ensurePackages, findProgram } from '@slipway/lab/packages';
import { tryFetchTool } from '@slipway/lab/tools';
import { packageProgram } from '../../test/packaging/package-actions.js';
import type { PeerName } from './tools.js';

/** Where everything is that the benchmark starts. */
export interface BenchPrograms {
  /** `node`, and Slipway's client packaged as the actions are. */
  readonly ours: readonly [string, string];
  readonly peers: ReadonlyMap<PeerName, string>;
  readonly proxy: string;
  readonly distribution: string;
  readonly referrersRegistry: string;
}

type Log = (line: string) => void;

/**
 * Fetches, builds and packages what is not there yet.
 *
 * @param folder takes what is made anew each time
 * @throws Error when something cannot be had
 */
export async function preparePrograms(
  folder: string,
  peers: readonly PeerName[],
  log: Log,
): Promise<BenchPrograms> {
  await ensurePackages(['docker-registry'], log);
  const proxies = await ensureProgram('latency-proxy', log);
  const registries = await ensureProgram('registry', log);
  return {
    ours: [process.execPath, await packageOurs(folder)],
    peers: await fetchPeers(peers, log),
    proxy: join(proxies, 'latency-proxy'),
    distribution: locate('docker-registry'),
    referrersRegistry: join(registries, 'oci-registry'),
  };
}

async function packageOurs(folder: string): Promise<string> {
  const { code } = await packageProgram(fileURLToPath(new URL('ours.ts', import.meta.url)));
  const place = join(folder, 'ours');
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n');
  const file = join(place, 'index.js');
  writeFileSync(file, code);
  return file;
}

async function fetchPeers(
  names: readonly PeerName[],
  log: Log,
): Promise<ReadonlyMap<PeerName, string>> {
  const found = new Map<PeerName, string>();
  for (const name of names) {
    if (name === 'skopeo') await ensurePackages([name], log);
    found.set(name, (await tryFetchTool(name, log)) ?? locate(name));
  }
  return found;
}

function locate(name: string): string {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`there is no ${name} on this machine`);
  return program;
}

/** What each program calls its version, by its name. */
export async function readVersions(
  programs: BenchPrograms,
): Promise<readonly (readonly [string, string])[]> {
  const { peers, distribution, ours } = programs;
  const commands: readonly (readonly [string, readonly [string, ...string[]]])[] = [
    ['Node', [ours[0], '--version']],
    ...[...peers].map(([name, program]): [string, [string, string]] => [
      name,
      [program, name === 'skopeo' ? '--version' : 'version'],
    ]),
    ['docker-registry', [distribution, '--version']],
  ];
  const versions: (readonly [string, string])[] = [];
  for (const [name, argv] of commands) {
    const { stdout } = await runCommand(argv);
    versions.push([name, /\d+\.\d+\.\d+[^\s"]*/.exec(stdout)?.[0] ?? 'unknown']);
  }
  return versions;
}
