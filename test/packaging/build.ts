import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageActions, readTree, root } from './package-actions.js';

const dist = process.argv[2] ?? join(root, 'dist');

/** `npm run build [-- folder]`: makes `dist/` anew, or leaves it as it is when it cannot. */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-dist-'));
  try {
    await packageActions(folder);
    rmSync(dist, { recursive: true, force: true });
    cpSync(folder, dist, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
  for (const [path, bytes] of readTree(dist)) {
    process.stdout.write(`${path}: ${bytes.length} bytes\n`);
  }
}

try {
  await main();
} catch (error) {
  // the stack of ncc's errors is its own minified source
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
