import { describeCommand } from './command-error.js';
import { spawnGuarded, type SpawnOptions } from './guarded-process.js';
import { collectText, queueLines } from './text-stream.js';

/** A program that runs beside us until we end it. */
export interface RunningProcess {
  /** The process group of the program and its children. */
  readonly pid: number;
  /** Lines of standard output, as they come, for one reader. */
  readonly lines: AsyncIterable<string>;
  /** Resolves with a sentence when the program ends by itself or by us. */
  readonly ended: Promise<string>;
  /** Resolves when the program is gone. */
  stop(): Promise<void>;
}

const keepErrorCharacters = 65_536;

/**
 * Starts a program that ends with us, whatever ends us: a guard reads a pipe that only this process holds
 * open and ends the program when the pipe closes, so that not even SIGKILL leaves it behind.
 *
 * @throws CommandError `not-found` when it cannot be started
 */
export async function startProcess(
  argv: readonly [string, ...string[]],
  options: SpawnOptions = {},
): Promise<RunningProcess> {
  const child = await spawnGuarded(argv, options);
  child.stdin.on('error', () => undefined);
  child.stdin.end();
  const stderr = collectText(child.stderr, undefined, keepErrorCharacters);
  const lines = queueLines(child.stdout);
  const ended = child.closed.then(({ code, signal }) => {
    const how =
      code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${code}`;
    return describeCommand(argv, how, { stdout: '', stderr: stderr.read() });
  });
  return {
    pid: child.groupId,
    lines,
    ended,
    stop: async () => {
      child.end();
      await child.exited;
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}
