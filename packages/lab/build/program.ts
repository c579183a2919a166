import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import { LabError } from '../errors/index.js';
import { findProgram } from '../packages/index.js';
import { holdLock } from '../state/index.js';
import { formatElapsed, withHeartbeat } from '../waiting/index.js';
import { countProgress } from './progress.js';
import {
  buildArguments,
  computeBuildKey,
  formatEstimate,
  parseVersion,
  recipes,
  type ProgramName,
} from './recipe.js';

const buildEnvironment = { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };

/**
 * The folder that holds a program under all its names, built from its Go modules where the cache has none:
 * `LAB_CACHE`, else `slipway-lab` in the user's cache folder.
 *
 * @throws LabError when Go is missing or the build fails
 */
export async function ensureProgram(
  name: ProgramName,
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const source = fileURLToPath(new URL(`../go/${name}`, import.meta.url));
  const go = findGo();
  const cache = cacheFolder(process.env);
  const key = await readBuildKey(name, source, go, signal);
  const folder = join(cache, `${name}-${key}`);
  if (existsSync(folder)) return folder;
  const lock = await withHeartbeat(
    (elapsed) => log(`${recipes[name].title} is being built already: waited for ${elapsed}`),
    () => holdLock(join(cache, `${name}.lock`), 'exclusive', { signal }),
  );
  try {
    if (!existsSync(folder)) await build({ name, source, go, folder, log, signal });
    return folder;
  } finally {
    await lock.release();
  }
}

function findGo(): string {
  const go = findProgram('go', `${process.env['PATH'] ?? ''}:/usr/local/go/bin`);
  if (go !== undefined) return go;
  throw new LabError(
    'the lab builds its cluster and its registry with Go 1.24 or newer, and there is no go in PATH (Debian 12 has only 1.19): install it from https://go.dev/dl/',
  );
}

/**
 * @example cacheFolder({ HOME: '/home/me' }) // '/home/me/.cache/slipway-lab'
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const chosen = environment['LAB_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const home = environment['HOME'] ?? homedir();
  return join(environment['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'slipway-lab');
}

async function readBuildKey(
  name: ProgramName,
  source: string,
  go: string,
  signal?: AbortSignal,
): Promise<string> {
  const sources = ['go.mod', 'go.sum', 'main.go'].map((file) =>
    readFileSync(join(source, file), 'utf8'),
  );
  const version = await runCommand([go, 'env', 'GOVERSION'], {
    cwd: source,
    env: buildEnvironment,
    ...(signal === undefined ? {} : { signal }),
  });
  const flags = buildArguments(recipes[name], kubernetesVersion(source), '');
  return computeBuildKey([...sources, ...flags, ...recipes[name].names, version.stdout.trim()]);
}

interface Build {
  readonly name: ProgramName;
  readonly source: string;
  readonly go: string;
  readonly folder: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

async function build({ name, source, go, folder, log, signal }: Build): Promise<void> {
  const recipe = recipes[name];
  const version = kubernetesVersion(source);
  const title = version === undefined ? recipe.title : `${recipe.title} ${version.slice(1)}`;
  const estimate = formatEstimate(recipe.coreSeconds, availableParallelism());
  log(`building ${title} from its Go modules: ${estimate}, once`);
  const unfinished = `${folder}.${process.pid}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const progress = countProgress(recipe.packages);
  const start = systemClock.monotonicMs();
  try {
    await withHeartbeat(
      (elapsed) => log(`${title}: ${progress.describe()}, ${elapsed} so far`),
      () =>
        runCommand([go, ...buildArguments(recipe, version, join(unfinished, name))], {
          cwd: source,
          env: buildEnvironment,
          onStderrLine: progress.onLine,
          ...(signal === undefined ? {} : { signal }),
        }),
    );
    for (const each of recipe.names) symlinkSync(name, join(unfinished, each));
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    signal?.throwIfAborted();
    throw new LabError(`${title} could not be built`, { cause: error });
  }
  log(`${title}: built in ${formatElapsed(systemClock.monotonicMs() - start)}`);
}

function kubernetesVersion(source: string): string | undefined {
  return parseVersion(readFileSync(join(source, 'go.mod'), 'utf8'), 'k8s.io/kubernetes');
}
