import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { LabError } from '../errors/index.js';
import { waitUntil } from '../waiting/index.js';
import { parseProcessStat, type ProcessIdentity } from './identity.js';
import { asRoot } from './privilege.js';

export interface DaemonOptions {
  readonly argv: readonly [string, ...string[]];
  /** The file that will hold the line of `/proc/<pid>/stat` of the process. */
  readonly record: string;
  readonly log: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly needsRoot?: boolean;
}

export interface Daemon extends ProcessIdentity {
  /** Its standard input; a daemon that does not read it never notices. */
  readonly stdin: Writable;
}

/**
 * The process writes down who it is before it becomes the program: whoever started it may be killed at any
 * moment, and there is no moment at which the program runs without a record.
 */
const recordThenBecome = [
  'read -r stat </proc/$$/stat || exit 1',
  'printf "%s\\n" "$stat" >"$1.new" && mv "$1.new" "$1" || exit 1',
  'shift; exec "$@"',
].join('\n');

/**
 * Starts a program that outlives this process. It leads a session of its own, so that Ctrl-C does not reach
 * it, and has been recorded when this resolves.
 *
 * @throws LabError when it did not even start
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  rmSync(options.record, { force: true });
  const [program, ...argv] = [
    '/bin/sh',
    '-c',
    recordThenBecome,
    'sh',
    options.record,
    ...options.argv,
  ] as const;
  const [first, ...rest] =
    options.needsRoot === true ? asRoot([program, ...argv]) : [program, ...argv];
  const log = openSync(options.log, 'a');
  const child = spawn(first, rest, {
    cwd: '/',
    detached: true,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const { stdin } = child;
  if (stdin === null) throw new LabError(`${options.argv[0]} was started without standard input`);
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code) => (failure = `exit code ${code ?? 'unknown'}`));
  stdin.on('error', () => undefined); // the program may end without reading
  child.unref();
  const identity = await waitUntil(
    () => {
      const recorded = readRecord(options.record);
      if (recorded === undefined && failure !== undefined)
        throw new LabError(`${options.argv[0]} did not start: ${failure}; see ${options.log}`);
      return recorded;
    },
    { what: `${options.argv[0]} to be recorded`, timeoutMs: 20_000, everyMs: 2 },
  );
  return { ...identity, stdin };
}

/** The process that a record names, whether or not it still runs. */
export function readRecord(file: string): ProcessIdentity | undefined {
  try {
    const parsed = parseProcessStat(readFileSync(file, 'utf8'));
    return parsed && { pid: parsed.pid, startTicks: parsed.startTicks };
  } catch {
    return undefined;
  }
}
