import { readContainerEnd } from './container-end.js';
import { runProgramLogged, type EngineCollaborators } from './docker.js';
import type { ContainerRun } from './build-plan.js';
import type { ContainerOutcome, FileChoice } from './engine.js';
import { formatRun, type ContainerProgram } from './run-arguments.js';
import { prepareVolumes } from './volume.js';
import { withRemoval } from './own-things.js';
import { uniqueName } from './owner.js';

/** What every container of ours carries, so that one that was left can be found. */
const label = 'dev.slipway.verb=containerized-build';

/** A program that runs containers, which may have stopped working. */
export interface ContainerRunner extends ContainerProgram {
  /** @throws SlipwayError `engine-missing` when it does not answer any more */
  readonly assertAnswers: () => Promise<void>;
}

/** Runs a container of docker or podman to its end, looks how it ended, and removes it. */
export async function runContainer(
  runner: ContainerRunner,
  run: ContainerRun,
  doing: string,
  wanted: FileChoice | undefined,
  collaborators: EngineCollaborators,
): Promise<ContainerOutcome> {
  const { signal } = collaborators;
  const program = runner.name;
  const name = uniqueName();
  const removal = [program, 'container', 'rm', '--force', '--volumes', name] as const;
  await prepareVolumes(runner, run, collaborators);
  return withRemoval(removal, async () => {
    const argv = formatRun(runner, run, name, label);
    const { lines } = await runProgramLogged(argv, doing, collaborators);
    return readEnd(runner, name, lines, wanted, signal);
  });
}

/** As `readContainerEnd`; an engine that is gone has not lost a container. */
export async function readEnd(
  { name, assertAnswers }: Pick<ContainerRunner, 'name' | 'assertAnswers'>,
  container: string,
  lines: readonly string[],
  wanted: FileChoice | undefined,
  signal: AbortSignal,
): Promise<ContainerOutcome> {
  try {
    const end = await readContainerEnd(name, container, lines, wanted, signal);
    if (end.state === 'not-started') await assertAnswers();
    return end;
  } catch (error) {
    signal.throwIfAborted();
    await assertAnswers();
    throw error;
  }
}
