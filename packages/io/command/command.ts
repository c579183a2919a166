import { spawn, type ChildProcess } from 'node:child_process';
import { Readable } from 'node:stream';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input; without it standard input is empty. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** The command is ended (SIGTERM, then SIGKILL after 2 s) when it takes longer. */
  readonly timeoutMs?: number;
  /** Exit codes that are an answer and not an error; 0 always is. */
  readonly acceptExitCodes?: readonly number[];
  /** Called with each line of standard error as it comes. */
  readonly onStderrLine?: (line: string) => void;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type CommandFailure = 'not-found' | 'exit-code' | 'signal' | 'timeout' | 'aborted';

/** A command that could not be run or did not end well; the message holds the command line and what it wrote. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly kind: CommandFailure;
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(kind: CommandFailure, message: string, exitCode: number | undefined, stderr: string) {
    super(message);
    this.kind = kind;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

const killAfterMs = 2000;

/**
 * Runs a program to its end. Arguments are passed as they are: no shell reads them.
 *
 * @example await runCommand(['kubectl', 'kustomize', 'deploy']) // { exitCode: 0, stdout: 'apiVersion: …', stderr: '' }
 * @throws CommandError when it is not there, is ended, or exits with a code that was not accepted
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const [program, ...args] = argv;
  const stopReason = joinSignals(options);
  const child = spawn(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = waitForEnd(child);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr, options.onStderrLine);
  child.stdin.on('error', () => undefined); // a program may end without reading: its exit code tells
  child.stdin.end(options.input ?? '');
  const stop = (): void => endProcess(child);
  stopReason?.addEventListener('abort', stop, { once: true });
  if (stopReason?.aborted === true) stop();
  try {
    const { code, signal, error } = await ended;
    const result = { stdout: await stdout, stderr: await stderr };
    const told = (what: string): string => describe(argv, what, result);
    if (error !== undefined) {
      throw new CommandError(
        'not-found',
        `${program} cannot be started: ${error.message}`,
        undefined,
        '',
      );
    }
    if (options.signal?.aborted === true) {
      throw new CommandError('aborted', told('was interrupted'), undefined, result.stderr);
    }
    if (stopReason?.aborted === true) {
      const seconds = (options.timeoutMs ?? 0) / 1000;
      throw new CommandError(
        'timeout',
        told(`took longer than ${seconds} s`),
        undefined,
        result.stderr,
      );
    }
    if (code === null) {
      throw new CommandError(
        'signal',
        told(`was ended by ${signal ?? 'a signal'}`),
        undefined,
        result.stderr,
      );
    }
    if (code !== 0 && options.acceptExitCodes?.includes(code) !== true) {
      throw new CommandError(
        'exit-code',
        told(`ended with exit code ${code}`),
        code,
        result.stderr,
      );
    }
    return { exitCode: code, ...result };
  } finally {
    stopReason?.removeEventListener('abort', stop);
  }
}

/** A program that runs beside us until we end it. */
export interface RunningProcess {
  readonly pid: number;
  /** Lines of standard output, as they come. */
  readonly lines: AsyncIterable<string>;
  /** Resolves with a sentence when the program ends by itself or by us. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** The program runs beside a guard, which ends it when descriptor 3, held open only by us, is closed. */
const guardScript = [
  '"$@" </dev/null 3<&- & child=$!',
  '(cat >/dev/null; kill "$child") <&3 >/dev/null 2>&1 & guard=$!',
  'exec 3<&-; wait "$child"; code=$?; kill "$guard" 2>/dev/null; exit "$code"',
].join('\n');

/**
 * Starts a program that ends with us, whatever ends us: a guard reads a pipe that only this process holds
 * open and ends the program when the pipe closes, so that not even SIGKILL leaves it behind.
 *
 * @throws CommandError `not-found` when it cannot be started
 */
export async function startProcess(
  argv: readonly [string, ...string[]],
  options: Pick<CommandOptions, 'cwd' | 'env'> = {},
): Promise<RunningProcess> {
  const child = spawn('/bin/sh', ['-c', guardScript, 'sh', ...argv], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, output, errors, lifeline] = child.stdio;
  if (!(output instanceof Readable) || !(errors instanceof Readable)) {
    throw new CommandError('not-found', `${argv[0]} cannot be started`, undefined, '');
  }
  const stderr = collect(errors);
  const end = waitForEnd(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new CommandError(
          'not-found',
          `${argv[0]} cannot be started: ${error.message}`,
          undefined,
          '',
        ),
      ),
    );
  });
  const ended = end.then(async ({ code, signal }) => {
    const how =
      code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with exit code ${code}`;
    return describe(argv, how, { stdout: '', stderr: await stderr });
  });
  return {
    pid: child.pid ?? -1,
    lines: splitLines(output),
    ended,
    stop: async () => {
      lifeline?.destroy();
      await end;
    },
  };
}

function joinSignals(options: CommandOptions): AbortSignal | undefined {
  const signals: AbortSignal[] = [];
  if (options.signal !== undefined) signals.push(options.signal);
  if (options.timeoutMs !== undefined) signals.push(AbortSignal.timeout(options.timeoutMs));
  return signals.length === 0 ? undefined : AbortSignal.any(signals);
}

function endProcess(child: ChildProcess): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  timer.unref();
  child.once('exit', () => clearTimeout(timer));
}

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: Error;
}

function waitForEnd(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

async function collect(
  stream: NodeJS.ReadableStream,
  onLine?: (line: string) => void,
): Promise<string> {
  if (onLine !== undefined) {
    const lines: string[] = [];
    for await (const line of splitLines(stream)) {
      lines.push(line);
      onLine(line);
    }
    return lines.join('\n');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function* splitLines(stream: NodeJS.ReadableStream): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(Buffer.from(chunk), { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
  if (rest !== '') yield rest;
}

function describe(
  argv: readonly string[],
  what: string,
  output: Omit<CommandResult, 'exitCode'>,
): string {
  const words = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  const said = [output.stderr, output.stdout]
    .map((text) => text.trim())
    .find((text) => text !== '');
  return `${words.join(' ')} ${what}${said === undefined ? '' : `: ${said.slice(-2000)}`}`;
}
