import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import type { ContainersProgram } from './containers-arguments.js';
import { askProgram } from './docker.js';
import { tryRemove, withPlace } from './own-things.js';

/** As podman and buildah call the container of a step, after its image. */
const stepPattern = /-working-container(?:-\d+)?$/;

/** How a program names all its containers, those of builds too: one on each line. */
export function formatListContainers(
  program: ContainersProgram,
): readonly [string, string, ...string[]] {
  return program === 'buildah'
    ? ['buildah', 'containers', '--format', '{{.ContainerName}}']
    : ['podman', 'container', 'ls', '--all', '--external', '--format', '{{.Names}}'];
}

/** Where these programs have what is big, unless they are told. */
const bigFiles = '/var/tmp';

/**
 * Builds, and removes what is left when the build is stopped, since the program itself does not: temporary files, and
 * the containers of steps (containers/podman#14523). Nothing tells whose such a container is: those that were there
 * before are left alone, and all while anybody else builds on this machine.
 *
 * @param present the containers that were there before
 * @param build with these variables
 */
export async function withoutSteps<T>(
  program: ContainersProgram,
  present: readonly string[],
  build: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const parent = tmpdir() === '/tmp' && existsSync(bigFiles) ? bigFiles : tmpdir();
  try {
    return await withPlace(parent, (place) => build({ TMPDIR: place }));
  } catch (error) {
    const { stdout } = await askProgram(formatListContainers(program));
    const left = listSteps(stdout.split('\n'), present);
    if (left.length > 0 && !(await isAnybodyBuilding())) {
      await tryRemove([program, 'rm', ...(program === 'podman' ? ['--force'] : []), ...left]);
    }
    throw error;
  }
}

/** @example listSteps(['busybox-working-container', 'db'], []) // ['busybox-working-container'] */
export function listSteps(names: readonly string[], present: readonly string[]): readonly string[] {
  return names.filter((name) => stepPattern.test(name) && !present.includes(name));
}

const buildingWords = ['build', 'bud', 'from'];

async function isAnybodyBuilding(): Promise<boolean> {
  // where nobody tells which processes there are, somebody may
  const ids = await readdir('/proc').catch(() => undefined);
  if (ids === undefined) return true;
  for (const id of ids.filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    const [program = '', ...words] = line.split('\0');
    const isEngine = ['podman', 'buildah'].includes(basename(program));
    if (isEngine && buildingWords.some((word) => words.includes(word))) return true;
  }
  return false;
}
