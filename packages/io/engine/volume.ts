import { askProgram, runProgramLogged, type EngineCollaborators } from './docker.js';
import type { ContainerRun } from './build-plan.js';
import { tryRemove, uniqueName } from './own-things.js';
import { formatRun, type ContainerProgram } from './run-arguments.js';

/** What every volume of a cache carries, so that people can remove those that are old. */
const label = 'dev.slipway.cache=true';

/**
 * Makes the volumes of a container that are not there yet. A new one belongs to root, with what the image has at
 * its place; who is to write there gets it first.
 */
export async function prepareVolumes(
  program: ContainerProgram,
  run: ContainerRun,
  collaborators: EngineCollaborators,
): Promise<void> {
  const { signal, logger } = collaborators;
  for (const mount of run.mounts ?? []) {
    if (mount.kind !== 'volume') continue;
    const { name, target } = mount;
    const known = await askProgram([program.name, 'volume', 'inspect', name], signal);
    if (known.exitCode === 0) continue;
    await askProgram([program.name, 'volume', 'create', '--label', label, name], signal);
    if (run.user === undefined) continue;
    const own = { ...run, command: ['chown', '-R', run.user, target], user: '0:0' } as const;
    const container = uniqueName();
    const argv = formatRun(program, { ...own, mounts: [mount] }, container, label);
    const doing = `making the cache for ${target}`;
    const { exitCode } = await runProgramLogged(argv, doing, collaborators);
    await tryRemove([program.name, 'container', 'rm', '--force', container]);
    if (exitCode !== 0) logger.warning(`the cache for ${target} belongs to root, not ${run.user}`);
  }
}
