import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { ensureProgram } from '@slipway/lab/build';
import { computeKey, ensureCached } from '@slipway/lab/cache';
import { startStopwatch, type Stopwatch } from '../instruments/index.js';
import { formatConfig, generateMany, generateOne } from './repositories.js';
import type { BenchOptions } from './options.js';
import type { Places } from './tools.js';

/** In these versions; npm resolves what they need. */
export const peerPackages = [
  'semantic-release@25.0.9',
  '@semantic-release/commit-analyzer@13.0.1',
  'conventional-recommended-bump@12.1.0',
  'conventional-changelog-angular@9.4.0',
];

const action = fileURLToPath(new URL('../../dist/image-version/index.js', import.meta.url));

export interface Stage {
  readonly places: Places;
  readonly stopwatch: Stopwatch;
  end(): Promise<void>;
}

/** Generates the repositories, and has npm put the peers into the cache. */
export async function openStage(
  { commits, peers }: BenchOptions,
  say: (line: string) => void,
): Promise<Stage> {
  const program = join(await ensureProgram('latency-proxy', say), 'latency-proxy');
  const root = await mkdtemp(join(tmpdir(), 'slipway-bench-version-'));
  const [one, many, home] = [join(root, 'one'), join(root, 'many'), join(root, 'home')];
  await mkdir(home);
  await writeFile(join(home, 'output'), '');
  say(`generates two repositories of ${commits} commits`);
  await generate(one, generateOne(commits));
  await generate(many, generateMany(commits));
  await mkdir(join(many, '.github'));
  await writeFile(join(many, '.github', 'slipway.yml'), formatConfig());
  const stopwatch = startStopwatch(program);
  const remotes = { one: `${one}.git`, oldest: `${many}.git`, all: `${many}.git` };
  return {
    stopwatch,
    places: {
      repositories: { one, oldest: many, all: many },
      remotes,
      peers: peers.length === 0 ? '' : await ensurePeers(say),
      ...{ action, node: process.execPath, home },
    },
    end: async () => {
      await stopwatch.end();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Packed, with packed refs and without a commit-graph, as after a clone. */
async function generate(folder: string, script: Generator<string>): Promise<void> {
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: readonly string[]) => runCommand(['git', ...args], { env });
  await git('init', '--quiet', '--template=', '--initial-branch=main', folder);
  const input = [...script].join('');
  await runCommand(['git', '-C', folder, 'fast-import', '--quiet'], { env, input });
  await git('-C', folder, '-c', 'gc.writeCommitGraph=false', 'gc', '--quiet', '--prune=now');
  await git('clone', '--quiet', '--bare', folder, `${folder}.git`);
  await git('-C', folder, 'remote', 'add', 'origin', `file://${folder}.git`);
}

async function ensurePeers(say: (line: string) => void): Promise<string> {
  return ensureCached({
    name: 'version-peers',
    key: computeKey(peerPackages),
    title: 'what versions are compared with',
    done: 'installed',
    announcement: `npm installs ${peerPackages.join(', ')}`,
    log: say,
    signal: undefined,
    make: async (folder) => {
      await writeFile(join(folder, 'package.json'), '{"private":true}');
      const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--silent'];
      await runCommand(['npm', 'install', ...options, ...peerPackages], { cwd: folder });
    },
  });
}
