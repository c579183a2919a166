import { formatDuration } from '@slipway/core/duration';
import { SlipwayError } from '@slipway/core/errors';
import type { Clock } from '../clock/index.js';
import { CommandError, runCommand, type CommandResult } from '../command/index.js';
import type { Logger } from '../log/index.js';
import type { DockerArguments } from './docker-arguments.js';
import { tryParseJson } from './json.js';
import { createOutputTail } from './output-tail.js';

export interface EngineCollaborators {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Aborted when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
}

/** What somebody did with docker, as lines that went to the log while it went on. */
export interface LoggedResult {
  readonly exitCode: number;
  /** The last of them. */
  readonly lines: readonly string[];
}

const anyExitCode = Array.from({ length: 256 }, (_each, code) => code);
const keepLines = 500;
const heartbeatMs = 15_000;
/** Of the 7.5 s that GitHub leaves a cancelled step; a container is removed after them. */
const graceMs = 1500;

const answerMs = 30_000;

/**
 * Asks a program what it answers at once where it works. That it says nothing for 30 s is an answer, too, of exit
 * code 1: a daemon that hangs does not say that it does.
 *
 * @throws the signal's reason when it is aborted
 */
export async function askProgram(
  argv: DockerArguments,
  signal?: AbortSignal,
  limitMs = answerMs,
): Promise<CommandResult> {
  try {
    return await runQuietly(argv, { signal, timeoutMs: limitMs });
  } catch (error) {
    if (!(error instanceof CommandError) || error.kind !== 'timeout') throw error;
    const stderr = `it did not answer within ${formatDuration(limitMs)}`;
    return { exitCode: 1, stdout: '', stderr };
  }
}

/** As `askProgram`, docker. */
export function askDocker(argv: DockerArguments, signal?: AbortSignal): Promise<CommandResult> {
  return askProgram(['docker', ...argv], signal);
}

/** How long a program may take that nobody is to read. */
interface QuietOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  /** Takes standard output byte by byte. */
  readonly stdoutTo?: NodeJS.WritableStream;
}

/**
 * Runs a program to its end, however long that takes, and whatever its exit code.
 *
 * @throws the signal's reason when it is aborted
 */
export async function runQuietly(
  argv: DockerArguments,
  { signal, ...options }: QuietOptions,
): Promise<CommandResult> {
  try {
    return await runCommand(argv, {
      acceptExitCodes: anyExitCode,
      ...options,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** What docker answers in JSON; undefined when it does not. */
export function tryAskForJson(argv: DockerArguments, signal?: AbortSignal): Promise<unknown> {
  return tryAskProgramForJson(['docker', ...argv], signal);
}

/** As `tryAskForJson`, any program: its name comes first. */
export async function tryAskProgramForJson(
  argv: DockerArguments,
  signal?: AbortSignal,
): Promise<unknown> {
  const { exitCode, stdout } = await askProgram(argv, signal);
  return exitCode === 0 ? tryParseJson(stdout) : undefined;
}

/** What a program is run with besides. */
export interface LoggedOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Hears every line, also those that are not kept. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program with its output in the log, and says every 15 s that it still goes on.
 *
 * @param doing completes “still …”
 * @throws SlipwayError with the code of the signal's reason and the last line that was written, when aborted
 */
export async function runProgramLogged(
  argv: DockerArguments,
  doing: string,
  { logger, clock, signal }: EngineCollaborators,
  { env = {}, onLine }: LoggedOptions = {},
): Promise<LoggedResult> {
  const tail = createOutputTail(keepLines);
  const ended = new AbortController();
  const startedMs = clock.monotonicMs();
  let stopped: readonly string[] | undefined;
  const noteStop = (): void => {
    stopped = tail.read();
  };
  let spokenMs = startedMs;
  const keep = (line: string): void => {
    const text = line.replace(/\r$/, '');
    tail.push(text);
    onLine?.(text);
    spokenMs = clock.monotonicMs();
    logger.relay(text);
  };
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(Math.max(0, spokenMs + heartbeatMs - clock.monotonicMs()), ended.signal);
      if (clock.monotonicMs() < spokenMs + heartbeatMs) continue;
      spokenMs = clock.monotonicMs();
      logger.info(`still ${doing}, for ${formatDuration(spokenMs - startedMs)}`);
    }
  };
  beat().catch(() => undefined); // ends by being aborted
  try {
    const options = { env, acceptExitCodes: anyExitCode, onStdoutLine: keep, onStderrLine: keep };
    const { exitCode } = await runCommand(argv, { ...options, signal, graceMs, onStop: noteStop });
    return { exitCode, lines: tail.read() };
  } catch (error) {
    if (!(error instanceof CommandError) || error.kind !== 'aborted') throw error;
    throw explainStop(signal.reason, doing, stopped ?? tail.read());
  } finally {
    ended.abort();
  }
}

function explainStop(reason: unknown, doing: string, lines: readonly string[]): unknown {
  if (!(reason instanceof SlipwayError)) return reason;
  const last = lines.findLast((line) => line.trim() !== '');
  const wrote =
    last === undefined ? 'nothing was written' : `“${last}” is the last that was written`;
  return new SlipwayError(reason.code, `${reason.message} while ${doing}; ${wrote}`, {
    cause: reason,
    ...(reason.fix === undefined ? {} : { fix: reason.fix }),
  });
}
