import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the lab keeps what it builds and downloads: `LAB_CACHE`, else `slipway-lab` in the user's cache folder
 * (XDG base directory specification).
 *
 * @example cacheFolder({ HOME: '/home/me' }) // '/home/me/.cache/slipway-lab'
 */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const chosen = environment['LAB_CACHE'];
  if (chosen !== undefined && chosen !== '') return chosen;
  const home = environment['HOME'] ?? homedir();
  return join(environment['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'slipway-lab');
}
