import { LabError } from '../errors/index.js';
import { findProgram } from '../packages/index.js';

/**
 * Where Go is on this machine.
 *
 * @throws LabError when it is nowhere
 */
export function findGo(): string {
  const go = findProgram('go', `${process.env['PATH'] ?? ''}:/usr/local/go/bin`);
  if (go !== undefined) return go;
  throw new LabError(
    'the lab builds its cluster and its registry with Go 1.25 or newer, and there is no go in PATH (Debian 12 has only 1.19): install it from https://go.dev/dl/',
  );
}
