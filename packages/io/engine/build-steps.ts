import { readFile, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ContainersProgram } from './containers-arguments.js';
import { askProgram } from './docker.js';
import { tryRemove } from './own-things.js';

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

/**
 * Builds, and removes the containers of steps that are left when the build is stopped: the program itself does not
 * (containers/podman#14523). Nothing tells whose such a container is: those that were there before are left alone,
 * and all while anybody else builds on this machine.
 *
 * @param present the containers that were there before
 */
export async function withoutSteps<T>(
  program: ContainersProgram,
  present: readonly string[],
  build: () => Promise<T>,
): Promise<T> {
  try {
    return await build();
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
