import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { runCommand } from '@slipway/io/command';
import { ensurePackages } from '../packages/index.js';
import type { TarEntry } from '../images/index.js';
import type { BaseImageRecipe, RecipeContext } from './recipe.js';

const busyboxFile = '/bin/busybox';

/** Where programs are found in images that have no reason for another order. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const folders = [
  ...['bin', 'etc', 'home', 'lib', 'root', 'run', 'sbin', 'usr', 'usr/bin', 'usr/lib', 'usr/local'],
  ...['usr/local/bin', 'usr/sbin', 'var', 'var/log', 'var/run'],
];

/** The layer upon which every base image stands: busybox under the names of all its programs, and `/etc`. */
export async function listBusyboxLayer({
  log,
  signal,
}: RecipeContext): Promise<readonly TarEntry[]> {
  await ensurePackages(['busybox-static'], log, signal);
  const { stdout } = await runCommand([busyboxFile, '--list-full']);
  return [
    ...folders.map((path) => ({ kind: 'folder', path, mode: 0o755 }) as const),
    { kind: 'folder', path: 'tmp', mode: 0o1777 },
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: readFileSync(busyboxFile) },
    ...listPrograms(stdout).map(
      (path) => ({ kind: 'link', path, target: '/bin/busybox' }) as const,
    ),
    textFile('etc/group', 'root:x:0:\nnobody:x:65534:\n'),
    textFile('etc/passwd', `${userLine('root', 0, '/root')}${userLine('nobody', 65534, '/')}`),
    textFile('etc/nsswitch.conf', 'hosts: files dns\n'),
    textFile('etc/os-release', 'ID=busybox\nPRETTY_NAME="busybox"\n'),
  ];
}

/**
 * Where busybox's programs belong, from what `busybox --list-full` prints.
 *
 * @example listPrograms('usr/bin/env\nbin/busybox\nlinuxrc\n') // ['usr/bin/env']
 */
export function listPrograms(list: string): readonly string[] {
  const paths = list.split('\n').map((line) => line.trim());
  return paths.filter((path) => path.includes('/') && path !== 'bin/busybox');
}

/** A line of `/etc/passwd`. */
export function userLine(name: string, id: number, home: string): string {
  return `${name}:x:${id}:${id}:${name}:${home}:/bin/sh\n`;
}

/** What tells one busybox from another. */
export function busyboxDigest(): string {
  return createHash('sha256').update(readFileSync(busyboxFile)).digest('hex');
}

/** Busybox, as it is in every other base image. */
export function busyboxRecipe(): BaseImageRecipe {
  return {
    reference: 'busybox:1.36',
    seconds: 1,
    decisive: [],
    fill: () => Promise.resolve(),
    apart: [],
    config: { command: ['sh'], env: { PATH: searchPath } },
  };
}

function textFile(path: string, text: string): TarEntry {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(text) };
}
