import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageActions, readTree, root } from './package-actions.js';

/** `npm run build`: makes `dist/` anew. */
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
await packageActions(dist);
const sizes = [...readTree(dist)].map(([path, bytes]) => `${path}: ${bytes.length} bytes`);
process.stdout.write(`${sizes.join('\n')}\n`);
