import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where the lab of this checkout keeps what it makes: `LAB_DIR`, else a folder of its own for each checkout
 * and each `LAB_KUBECONFIG` below the user's state folder (XDG base directory specification).
 *
 * @example defaultLabFolder({ HOME: '/home/me' }, '/src/slipway') // '/home/me/.local/state/slipway-lab/1f0c…'
 */
export function defaultLabFolder(
  environment: Readonly<Record<string, string | undefined>>,
  checkout: string,
): string {
  const chosen = environment['LAB_DIR'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const home = environment['HOME'] ?? homedir();
  const state = environment['XDG_STATE_HOME'] ?? join(home, '.local', 'state');
  const existing = environment['LAB_KUBECONFIG'] ?? '';
  return join(state, 'slipway-lab', labId(existing === '' ? checkout : `${checkout}:${existing}`));
}

/**
 * The short name of a lab, part of the name of its bridge and its control groups.
 *
 * @example labId('/home/me/.local/state/slipway-lab/1f0c') // 'b1946ac9'
 */
export function labId(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 8);
}
