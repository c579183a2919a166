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
  readonly peers: Readonly<Record<PeerName, string>>;
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
export async function preparePrograms(folder: string, log: Log): Promise<BenchPrograms> {
  await ensurePackages(['docker-registry', 'skopeo'], log);
  const proxies = await ensureProgram('latency-proxy', log);
  const registries = await ensureProgram('registry', log);
  return {
    ours: [process.execPath, await packageOurs(folder)],
    peers: {
      crane: await fetchPeer('crane', log),
      regctl: await fetchPeer('regctl', log),
      oras: await fetchPeer('oras', log),
      skopeo: locate('skopeo'),
    },
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

async function fetchPeer(name: PeerName, log: Log): Promise<string> {
  return (await tryFetchTool(name, log)) ?? locate(name);
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
  const commands = [
    ['Node', [ours[0], '--version']],
    ['crane', [peers.crane, 'version']],
    ['regctl', [peers.regctl, 'version']],
    ['oras', [peers.oras, 'version']],
    ['skopeo', [peers.skopeo, '--version']],
    ['docker-registry', [distribution, '--version']],
  ] as const;
  const versions: (readonly [string, string])[] = [];
  for (const [name, argv] of commands) {
    const { stdout } = await runCommand(argv);
    versions.push([name, /\d+\.\d+\.\d+[^\s"]*/.exec(stdout)?.[0] ?? 'unknown']);
  }
  return versions;
}
