import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { findGo } from '../build/index.js';
import { computeKey, ensureCached } from '../cache/index.js';
import { ensurePackages, findProgram } from '../packages/index.js';
import { findToolRecipe, formatRequirement, listDecisive, type ToolRecipe } from './recipes.js';

type Log = (line: string) => void;

/**
 * Where a program is that the lab fetches in one fixed version, fetched where the cache does not have it;
 * `undefined` for the name of any other.
 *
 * @throws LabError when it cannot be fetched
 */
export async function tryFetchTool(
  name: string,
  log: Log,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const recipe = findToolRecipe(name);
  if (recipe === undefined) return undefined;
  const origin =
    recipe.from === 'go'
      ? `Go modules: ${recipe.takes ?? 'up to a minute'}`
      : 'Python packages: about 5 s';
  const folder = await ensureCached({
    name,
    key: computeKey(listDecisive(recipe)),
    title: `${name} ${recipe.version.replace('v', '')}`,
    done: 'fetched',
    announcement: `fetching ${name} from the ${origin}, once`,
    log,
    signal,
    make: (place) => fetchTool(recipe, place, log, signal),
  });
  const program = recipe.from === 'go' ? recipe.program : undefined;
  return join(folder, 'bin', program ?? name);
}

async function fetchTool(
  recipe: ToolRecipe,
  folder: string,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<void> {
  const stop = signal === undefined ? {} : { signal };
  if (recipe.from === 'go') {
    mkdirSync(join(folder, 'bin'));
    const env = {
      CGO_ENABLED: '0',
      GOFLAGS: '-trimpath',
      GOWORK: 'off',
      GOBIN: join(folder, 'bin'),
    };
    await runCommand([findGo(), 'install', `${recipe.package}@${recipe.version}`], {
      env,
      ...stop,
    });
    return;
  }
  const python = await ensurePip(log, signal);
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, formatRequirement(recipe));
  const pip = [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'] as const;
  const exactly = ['--no-deps', '--only-binary=:all:', '--require-hashes'];
  await runCommand([...pip, ...exactly, '--target', folder, '--requirement', requirements], {
    env: { PIP_USER: '0' }, // a user's own setting would forbid the target
    ...stop,
  });
}

/** A Python that has pip: the first in the search path, else Debian's. */
async function ensurePip(log: Log, signal: AbortSignal | undefined): Promise<string> {
  const python = findProgram('python3');
  if (python !== undefined && (await hasPip(python))) return python;
  await ensurePackages(['python3-pip'], log, signal);
  return '/usr/bin/python3';
}

async function hasPip(python: string): Promise<boolean> {
  const { exitCode } = await runCommand([python, '-m', 'pip', '--version'], {
    acceptExitCodes: [1],
  });
  return exitCode === 0;
}
