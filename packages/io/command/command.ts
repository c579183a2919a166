import { pipeline } from 'node:stream/promises';
import { CommandError, describeCommand, type CommandFailure } from './command-error.js';
import {
  spawnGuarded,
  type GuardedProcess,
  type ProcessEnd,
  type SpawnOptions,
} from './guarded-process.js';
import { collectText, noText } from './text-stream.js';

export interface CommandOptions extends SpawnOptions {
  /** Written to standard input; without it standard input is empty. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** The command and its children are ended (SIGTERM, then SIGKILL) when it takes longer. */
  readonly timeoutMs?: number;
  /** Exit codes that are an answer and not an error; 0 always is. */
  readonly acceptExitCodes?: readonly number[];
  /** Called with each line of standard output as it comes; of `stdout` the end is kept then. */
  readonly onStdoutLine?: (line: string) => void;
  /** Called with each line of standard error as it comes; of `stderr` the end is kept then. */
  readonly onStderrLine?: (line: string) => void;
  /** Called before the command is ended, when all that it wrote by then was heard. */
  readonly onStop?: () => void;
  /** Takes standard output byte by byte, for what is no text; `stdout` is empty then. */
  readonly stdoutTo?: NodeJS.WritableStream;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. Arguments are passed as they are: no shell reads them. The program and its
 * children are in a process group of their own, and end when we do.
 *
 * @example await runCommand(['kubectl', 'kustomize', 'deploy']) // { exitCode: 0, stdout: 'apiVersion: …', stderr: '' }
 * @throws CommandError when it is not there, is ended, or exits with a code that was not accepted
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const stopReason = joinSignals(options);
  if (options.signal?.aborted === true) throw stopped(argv, options, { stdout: '', stderr: '' });
  const child = await spawnGuarded(argv, options);
  const { stdoutTo } = options;
  const copied = stdoutTo && tryPipe(child, stdoutTo);
  const stdout = copied ? noText : collectText(child.stdout, options.onStdoutLine);
  const stderr = collectText(child.stderr, options.onStderrLine);
  child.stdin.on('error', () => undefined); // a program may end without reading: its exit code tells
  child.stdin.end(options.input ?? '');
  const stop = (): void => {
    for (const stream of [stdout, stderr]) stream.flush();
    options.onStop?.();
    child.end();
  };
  stopReason?.addEventListener('abort', stop, { once: true });
  if (stopReason?.aborted === true) stop();
  try {
    const end = await waitForEnd(child, stopReason);
    const output = { stdout: stdout.read(), stderr: stderr.read() };
    if (stopReason?.aborted === true) throw stopped(argv, options, output);
    const refusal = await copied;
    if (refusal !== undefined) throw refusal;
    return { exitCode: checkEnd(argv, end, options, output), ...output };
  } finally {
    stopReason?.removeEventListener('abort', stop);
  }
}

/** @returns why not all could be written; the program finds its output closed then, and ends */
async function tryPipe(
  { stdout }: GuardedProcess,
  to: NodeJS.WritableStream,
): Promise<Error | undefined> {
  try {
    await pipeline(stdout, to);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A program that was stopped may have left a pipe to somebody outside its group: then nothing more is read. */
async function waitForEnd(
  child: GuardedProcess,
  stopReason: AbortSignal | undefined,
): Promise<ProcessEnd> {
  const exited = child.exited.then((end) => {
    if (stopReason?.aborted !== true) return child.closed;
    child.stdout.destroy();
    child.stderr.destroy();
    return end;
  });
  return Promise.race([child.closed, exited]);
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export function stopped(
  argv: readonly string[],
  options: CommandOptions,
  output: Output,
): CommandError {
  const [kind, what]: [CommandFailure, string] =
    options.signal?.aborted === true
      ? ['aborted', 'was interrupted']
      : ['timeout', `took longer than ${(options.timeoutMs ?? 0) / 1000} s`];
  return new CommandError(kind, describeCommand(argv, what, output), undefined, output.stderr);
}

export function checkEnd(
  argv: readonly string[],
  { code, signal }: ProcessEnd,
  options: CommandOptions,
  output: Output,
): number {
  if (code === null) {
    const message = describeCommand(argv, `was ended by ${signal ?? 'a signal'}`, output);
    throw new CommandError('signal', message, undefined, output.stderr);
  }
  if (code !== 0 && options.acceptExitCodes?.includes(code) !== true) {
    const message = describeCommand(argv, `ended with exit code ${code}`, output);
    throw new CommandError('exit-code', message, code, output.stderr);
  }
  return code;
}

function joinSignals(options: CommandOptions): AbortSignal | undefined {
  const signals: AbortSignal[] = [];
  if (options.signal !== undefined) signals.push(options.signal);
  if (options.timeoutMs !== undefined) signals.push(AbortSignal.timeout(options.timeoutMs));
  return signals.length === 0 ? undefined : AbortSignal.any(signals);
}
