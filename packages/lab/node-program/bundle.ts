import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';

const esbuild = fileURLToPath(new URL('../../../node_modules/.bin/esbuild', import.meta.url));

/** Libraries that are CommonJS ask for Node’s own modules with it. */
const requireInModule =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Puts a program of the lab, with everything that it imports, into one file that any Node from 20 on runs by itself:
 * in a pod, or beside us without the checkout.
 *
 * @param source its first file
 * @param file `….mjs`
 */
export async function bundleProgram(source: URL, file: string): Promise<void> {
  const options = ['--bundle', '--platform=node', '--target=node20', '--format=esm'];
  await runCommand([
    esbuild,
    fileURLToPath(source),
    ...options,
    `--banner:js=${requireInModule}`,
    '--log-level=warning',
    `--outfile=${file}`,
  ]);
}
