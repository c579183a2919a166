import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readVariable, type Environment } from './environment.js';

/**
 * The folder for files of this job: the runner’s own, else one of the user for each workspace. A name that others on
 * the machine can foresee, in a folder where they may write, would be theirs to make first.
 *
 * @example openTemporaryFolder({ RUNNER_TEMP: '/runner/temp' }, '/w') // '/runner/temp'
 * @example openTemporaryFolder({ HOME: '/home/eva' }, '/home/eva/shop') // '/home/eva/.cache/slipway/shop-8c6976e5'
 */
export function openTemporaryFolder(environment: Environment, workspace: string): string {
  const given = readVariable(environment, 'RUNNER_TEMP');
  if (given !== undefined) return given;
  const home = readVariable(environment, 'HOME') ?? homedir();
  const cache = readVariable(environment, 'XDG_CACHE_HOME') ?? join(home, '.cache');
  const hash = createHash('sha256').update(workspace).digest('hex').slice(0, 8);
  const folder = join(cache, 'slipway', `${basename(workspace)}-${hash}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return mkdtempSync(join(tmpdir(), 'slipway-')); // a home that cannot be written to
  }
}
