import { SlipwayError } from '@slipway/core/errors';
import { askProgram, runProgramLogged, type EngineCollaborators } from './docker.js';
import type { ContainerRun, Mount } from './build-plan.js';
import { findSaid } from './container-end.js';
import { tryRemove, withRemoval } from './own-things.js';
import { uniqueName } from './owner.js';
import { formatRun, type ContainerProgram } from './run-arguments.js';

/** What every volume of a cache carries, so that people can remove those that are old. */
const label = 'dev.slipway.cache=true';

/**
 * Makes the volumes of a container that are not there yet. A new one belongs to root, with what the image has at
 * its place; who is to write there gets it first.
 *
 * @throws SlipwayError `build-failed` when one cannot be made, or given to whoever is to write there
 */
export async function prepareVolumes(
  program: ContainerProgram,
  run: ContainerRun,
  collaborators: EngineCollaborators,
): Promise<void> {
  for (const mount of run.mounts ?? []) {
    if (mount.kind !== 'volume') continue;
    const inspect = [program.name, 'volume', 'inspect', mount.name] as const;
    if ((await askProgram(inspect, collaborators.signal)).exitCode === 0) continue;
    await create(program, mount.name, collaborators.signal);
    try {
      await giveToUser(program, run, mount, collaborators);
    } catch (error) {
      // the next run is to find none, and to try again
      await tryRemove([program.name, 'volume', 'rm', mount.name]);
      throw error;
    }
  }
}

async function giveToUser(
  program: ContainerProgram,
  run: ContainerRun,
  mount: Extract<Mount, { kind: 'volume' }>,
  collaborators: EngineCollaborators,
): Promise<void> {
  const { user } = run;
  const { target } = mount;
  if (user === undefined || user.startsWith('0:')) return;
  const own = { ...run, command: ['chown', '-R', user, target], user: '0:0' } as const;
  const container = uniqueName();
  const argv = formatRun(program, { ...own, mounts: [mount] }, container, label);
  const removal = [program.name, 'container', 'rm', '--force', container] as const;
  const { exitCode, lines } = await withRemoval(removal, () =>
    runProgramLogged(argv, `making the cache for ${target}`, collaborators),
  );
  if (exitCode === 0) return;
  const message = `the cache for ${target} cannot be given to the user ${user}`;
  throw new SlipwayError('build-failed', message, {
    cause: new Error(findSaid(lines) || `exit code ${exitCode}`),
    fix: 'Use an image that has chown, name a folder with cache-folder, or leave cache-volumes out.',
  });
}

async function create(program: ContainerProgram, name: string, signal: AbortSignal): Promise<void> {
  const argv = [program.name, 'volume', 'create', '--label', label, name] as const;
  const { exitCode, stderr } = await askProgram(argv, signal);
  if (exitCode === 0) return;
  const message = `${program.name} cannot make the volume ${name} for a cache`;
  throw new SlipwayError('build-failed', message, {
    cause: new Error(stderr.replaceAll(/\s+/g, ' ').trim() || `exit code ${exitCode}`),
    fix: 'Name a folder of the machine with cache-folder, or leave cache-volumes out.',
  });
}
