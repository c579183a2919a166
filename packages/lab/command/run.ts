import { describeError } from '@slipway/core/errors';
import { systemClock } from '@slipway/io/clock';
import { LabError } from '../errors/index.js';
import type { PartName } from '../part/index.js';
import { endLab, openLab, readLabFolder, readStatus, type LabStatus } from '../parts/index.js';
import { parseArguments } from './arguments.js';
import { formatStatus } from './format.js';

/** Runs `npm run lab -- …` and returns the exit code. */
export async function runLabCommand(argv: readonly string[]): Promise<number> {
  const interrupted = new AbortController();
  const stop = (signal: NodeJS.Signals): void =>
    interrupted.abort(new LabError(`${signal}: stopped`));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await dispatch(argv, interrupted.signal);
    return 0;
  } catch (error) {
    say(describeError(error));
    return interrupted.signal.aborted ? 130 : 1;
  }
}

async function dispatch(argv: readonly string[], signal: AbortSignal): Promise<void> {
  const parsed = parseArguments(argv);
  switch (parsed.verb) {
    case 'up':
      return startAndKeep(parsed.parts, signal);
    case 'status': {
      printStatus(await readStatus(readLabFolder()));
      return;
    }
    case 'down':
      return takeDown();
  }
}

/** What was up before stays up when this is interrupted; what this began does not. */
async function startAndKeep(parts: readonly PartName[], signal: AbortSignal): Promise<void> {
  const start = systemClock.monotonicMs();
  const lab = await openLab({ log: say, signal });
  try {
    await lab.up(parts);
    await lab.keep();
    printStatus(await lab.status());
  } finally {
    await lab.close();
  }
  say(`up in ${formatSeconds(systemClock.monotonicMs() - start)}; npm run lab -- down ends it`);
}

async function takeDown(): Promise<void> {
  const start = systemClock.monotonicMs();
  await endLab(readLabFolder());
  say(`down in ${formatSeconds(systemClock.monotonicMs() - start)}: nothing of the lab is left`);
}

function printStatus(status: LabStatus): void {
  process.stdout.write(`${formatStatus(status)}\n`);
}

function say(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
