import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '@slipway/io/command';
import { parseSourceTree, type SourceTree } from './source-tree.js';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The files of this checkout that are in Git, or would be if they were added now. */
export async function readTree(): Promise<SourceTree> {
  const trust = ['-c', `safe.directory=${root}`];
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await runCommand(['git', ...trust, ...list], { cwd: root });
  const paths = stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  return parseSourceTree(
    new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])),
  );
}
