import { readContainerFiles } from './container-files.js';
import { tryAskProgramForJson } from './docker.js';
import type { ContainerOutcome, FileChoice } from './engine.js';
import { textAt, valueAt } from './json.js';
import type { ContainerProgram } from './run-arguments.js';

/** What is said of a container that never was started. */
const neverStarted = '0001-01-01T00:00:00Z';

/**
 * Looks how a container ended, and takes the files that are wanted of those that it wrote.
 *
 * @param lines what was written while it ran
 */
export async function readContainerEnd(
  program: ContainerProgram['name'],
  name: string,
  lines: readonly string[],
  wanted: FileChoice | undefined,
  signal: AbortSignal,
): Promise<ContainerOutcome> {
  const container = await tryAskProgramForJson([program, 'container', 'inspect', name], signal);
  const exitCode = valueAt(container, 0, 'State', 'ExitCode');
  const startedAt = textAt(container, 0, 'State', 'StartedAt') ?? neverStarted;
  // while it runs its exit code is 0
  const isRunning = valueAt(container, 0, 'State', 'Running') === true;
  if (isRunning) return { state: 'not-started', reason: 'the engine lost it while it ran' };
  if (typeof exitCode !== 'number' || startedAt === neverStarted) {
    const reason = textAt(container, 0, 'State', 'Error') ?? findSaid(lines);
    return { state: 'not-started', reason };
  }
  const workdir = textAt(container, 0, 'Config', 'WorkingDir') ?? '/';
  // when it was started is noted once it runs, and what is quick has written by then
  const since = new Date(textAt(container, 0, 'Created') ?? startedAt);
  const place = { program, container: name, workdir, since };
  const files = wanted === undefined ? [] : await readContainerFiles(place, wanted, signal);
  const isOutOfMemory = valueAt(container, 0, 'State', 'OOMKilled') === true;
  return { state: 'ended', exitCode, isOutOfMemory, lines, workdir, files };
}

const saidPattern = /^(?:docker|Error): /;

/** @example findSaid(['Trying to pull …', 'Error: no such image']) // 'no such image' */
export function findSaid(lines: readonly string[]): string {
  const said = lines.findLast((line) => saidPattern.test(line)) ?? lines.at(-1) ?? '';
  return said.replace(saidPattern, '');
}
