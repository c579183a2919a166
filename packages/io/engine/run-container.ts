import { readContainerFiles } from './container-files.js';
import { runProgramLogged, tryAskProgramForJson, type EngineCollaborators } from './docker.js';
import type { ContainerRun } from './build-plan.js';
import type { ContainerOutcome, FileChoice } from './engine.js';
import { textAt, valueAt } from './json.js';
import { formatRun, type ContainerProgram } from './run-arguments.js';
import { tryRemove, uniqueName } from './own-things.js';

/** What every container of ours carries, so that one that was left can be found. */
const label = 'dev.slipway.verb=containerized-build';
/** What is said of a container that never was started. */
const neverStarted = '0001-01-01T00:00:00Z';

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
  try {
    const { lines } = await runProgramLogged(
      formatRun(runner, run, name, label),
      doing,
      collaborators,
    );
    const container = await tryAskProgramForJson([program, 'container', 'inspect', name], signal);
    const exitCode = valueAt(container, 0, 'State', 'ExitCode');
    const startedAt = textAt(container, 0, 'State', 'StartedAt') ?? neverStarted;
    if (typeof exitCode !== 'number' || startedAt === neverStarted) {
      await runner.assertAnswers();
      const reason = textAt(container, 0, 'State', 'Error') ?? findSaid(lines);
      return { state: 'not-started', reason };
    }
    const workdir = textAt(container, 0, 'Config', 'WorkingDir') ?? '/';
    const files =
      wanted === undefined ? [] : await readContainerFiles(program, name, workdir, wanted, signal);
    const isOutOfMemory = valueAt(container, 0, 'State', 'OOMKilled') === true;
    return { state: 'ended', exitCode, isOutOfMemory, lines, workdir, files };
  } finally {
    await tryRemove([program, 'container', 'rm', '--force', '--volumes', name]);
  }
}

const saidPattern = /^(?:docker|Error): /;

/** @example findSaid(['Trying to pull …', 'Error: no such image']) // 'no such image' */
export function findSaid(lines: readonly string[]): string {
  const said = lines.findLast((line) => saidPattern.test(line)) ?? lines.at(-1) ?? '';
  return said.replace(saidPattern, '');
}
