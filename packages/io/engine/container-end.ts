import { readContainerFiles } from './container-files.js';
import { tryAskForJson } from './docker.js';
import type { ContainerOutcome, FileChoice } from './engine.js';
import { textAt, valueAt } from './json.js';

/** What is said of a container that never was started. */
const neverStarted = '0001-01-01T00:00:00Z';

/**
 * Looks how a container ended, and takes the files that are wanted of those that it wrote.
 *
 * @param lines what was written while it ran
 */
export async function readContainerEnd(
  name: string,
  lines: readonly string[],
  wanted: FileChoice | undefined,
  signal: AbortSignal,
): Promise<ContainerOutcome> {
  const container = await tryAskForJson(['container', 'inspect', name], signal);
  const exitCode = valueAt(container, 0, 'State', 'ExitCode');
  const startedAt = textAt(container, 0, 'State', 'StartedAt') ?? neverStarted;
  if (typeof exitCode !== 'number' || startedAt === neverStarted) {
    const said = lines.findLast((line) => line.startsWith('docker: ')) ?? lines.at(-1) ?? '';
    const reason = textAt(container, 0, 'State', 'Error') ?? said.replace(/^docker: /, '');
    return { state: 'not-started', reason };
  }
  const workdir = textAt(container, 0, 'Config', 'WorkingDir') ?? '/';
  const place = { container: name, workdir, since: new Date(startedAt) };
  const files = wanted === undefined ? [] : await readContainerFiles(place, wanted, signal);
  const isOutOfMemory = valueAt(container, 0, 'State', 'OOMKilled') === true;
  return { state: 'ended', exitCode, isOutOfMemory, lines, workdir, files };
}
