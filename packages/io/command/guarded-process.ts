import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CommandError } from './command-error.js';

const defaultGraceMs = 3000;

/**
 * The shell leads a process group of its own. It starts the program, and a guard that reads descriptor 3,
 * whose other end only we hold: when we close it, or die of anything, the guard ends the program. What the
 * program leaves behind in its group is ended after it.
 */
const guardScript = [
  'exec 4<&0 </dev/null',
  '"$@" <&4 3<&- 4<&- & program=$!',
  'exec 4<&-',
  '(read -r _; kill -TERM "$program"; sleep "$0"; kill -KILL 0) <&3 >/dev/null 2>&1 &',
  'exec 3<&- 2>/dev/null',
  'wait "$program"; code=$?',
  'trap \'\' TERM; kill -TERM 0; wait; exit "$code"',
].join('\n');

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface GuardedProcess {
  /** The process group that the program and its children are in. */
  readonly groupId: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The program is gone. */
  readonly exited: Promise<ProcessEnd>;
  /** The program is gone and all that it wrote was read. */
  readonly closed: Promise<ProcessEnd>;
  /** Ends it: SIGTERM, and SIGKILL for the whole group when that is not enough. */
  end(): void;
}

export interface SpawnOptions {
  readonly cwd?: string;
  /** Added to the environment of this process, its inputs aside; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** From asking it to end (SIGTERM) to ending it with all its children (SIGKILL); 3 s unless told. */
  readonly graceMs?: number;
}

/** Starts a program that cannot outlive this process, not even when this process is ended by SIGKILL. */
export async function spawnGuarded(
  argv: readonly [string, ...string[]],
  options: SpawnOptions,
): Promise<GuardedProcess> {
  const env = { ...withoutInputs(process.env), ...options.env };
  if (!isThere(argv[0], options.cwd, env['PATH']))
    throw notFound(argv[0], 'there is no such program');
  const graceSeconds = String((options.graceMs ?? defaultGraceMs) / 1000);
  const child = spawn('/bin/sh', ['-c', guardScript, graceSeconds, ...argv], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [, , , lifeline] = child.stdio;
  await waitForSpawn(child, argv[0]);
  const groupId = child.pid ?? -1;
  lifeline?.on('error', () => undefined);
  const exited = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      lifeline?.destroy();
      endGroup(groupId);
      resolve({ code, signal });
    });
  });
  const closed = new Promise<ProcessEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const { stdin, stdout, stderr } = child;
  return { groupId, stdin, stdout, stderr, exited, closed, end: () => lifeline?.destroy() };
}

/** The inputs of an action, passwords among them, are for the action alone. */
function withoutInputs(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('INPUT_')),
  );
}

function waitForSpawn(child: ChildProcess, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(notFound(program, error.message)));
  });
}

function notFound(program: string, reason: string): CommandError {
  return new CommandError('not-found', `${program} cannot be started: ${reason}`, undefined, '');
}

function endGroup(groupId: number): void {
  try {
    process.kill(-groupId, 'SIGKILL');
  } catch {
    // nothing was left of the group
  }
}

/** The shell would tell a missing program only as exit code 127, which programs use too. */
function isThere(program: string, cwd = process.cwd(), path = ''): boolean {
  const candidates = program.includes('/')
    ? [program.startsWith('/') ? program : join(cwd, program)]
    : path.split(delimiter).map((folder) => join(folder, program));
  return candidates.some((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
