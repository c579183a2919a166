import { readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { computeKey, ensureCached } from '../cache/index.js';
import { countProgress } from './progress.js';
import { findGo } from './go.js';
import {
  buildArguments,
  formatEstimate,
  parseVersion,
  recipes,
  type ProgramName,
} from './recipe.js';

const buildEnvironment = { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };

/**
 * The folder that holds a program under all its names, built from its Go modules where the cache has none.
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
  const recipe = recipes[name];
  const version = parseVersion(readFileSync(join(source, 'go.mod'), 'utf8'), 'k8s.io/kubernetes');
  const title = version === undefined ? recipe.title : `${recipe.title} ${version.slice(1)}`;
  const estimate = formatEstimate(recipe.coreSeconds, availableParallelism());
  const progress = countProgress(recipe.packages);
  return ensureCached({
    name,
    key: await readBuildKey(name, source, go, signal),
    title,
    done: 'built',
    announcement: `building ${title} from its Go modules: ${estimate}, once`,
    describeProgress: progress.describe,
    log,
    signal,
    make: async (folder) => {
      await runCommand([go, ...buildArguments(recipe, version, join(folder, name))], {
        cwd: source,
        env: buildEnvironment,
        onStderrLine: progress.onLine,
        ...(signal === undefined ? {} : { signal }),
      });
      for (const each of recipe.names) symlinkSync(name, join(folder, each));
    },
  });
}

async function readBuildKey(
  name: ProgramName,
  source: string,
  go: string,
  signal?: AbortSignal,
): Promise<string> {
  const files = readdirSync(source).filter((file) => /\.(?:go|mod|sum)$/.test(file));
  const sources = files.toSorted().map((file) => readFileSync(join(source, file), 'utf8'));
  const goMod = readFileSync(join(source, 'go.mod'), 'utf8');
  const kubernetes = parseVersion(goMod, 'k8s.io/kubernetes');
  const version = await runCommand([go, 'env', 'GOVERSION'], {
    cwd: source,
    env: buildEnvironment,
    ...(signal === undefined ? {} : { signal }),
  });
  const flags = buildArguments(recipes[name], kubernetes, '');
  return computeKey([...sources, ...flags, ...recipes[name].names, version.stdout.trim()]);
}
