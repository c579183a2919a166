import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../command/index.js';
import { askProgram } from './docker.js';

const removalLimitMs = 30_000;
/** What a removal may take when this process is gone. */
const keeperGraceMs = 20_000;

/** A process of this machine: whose thing it is, and whether somebody still needs it. */
interface Owner {
  readonly machine: string;
  readonly processId: number;
  /** When it began, in ticks of the kernel: numbers of processes come again. `0` where nobody tells. */
  readonly since: string;
}

const namePattern = /^slipway-(?<machine>[\da-f]{8})-(?<processId>\d+)-(?<since>\d+)-[\da-f]{8}/;

/**
 * A name that nobody else has, for a container, an image, a builder or a Compose project. It tells whose it is, so
 * that what a run leaves that is killed can be found.
 *
 * @example uniqueName() // 'slipway-5d41402a-4711-8675309-1f0c2b7e'
 */
export function uniqueName(): string {
  const { machine, processId, since } = readOwner();
  return `slipway-${machine}-${processId}-${since}-${randomUUID().slice(0, 8)}`;
}

function readOwner(): Owner {
  const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  return { machine, processId: process.pid, since: tryReadStart(process.pid) ?? '0' };
}

/** Field 22 of proc_pid_stat(5); the name in field 2 may hold anything. */
function tryReadStart(processId: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/**
 * Whether a thing belongs to a run on this machine that is gone.
 *
 * @example isAbandoned('slipway-5d41402a-4711-8675309-1f0c2b7e-db-1') // true when no such process is there
 */
export function isAbandoned(name: string): boolean {
  const { machine, processId, since } = namePattern.exec(name)?.groups ?? {};
  const own = readOwner();
  if (machine !== own.machine || own.since === '0') return false;
  return tryReadStart(Number(processId)) !== since;
}

/** Also after a cancellation: the signal that ended the work does not end the tidying up. */
export async function tryRemove(argv: readonly [string, ...string[]]): Promise<void> {
  await askProgram(argv, AbortSignal.timeout(removalLimitMs)).catch(() => undefined);
}

/** Waits for its end, and runs the command that it was given; by itself it does nothing. */
const keeperScript = `trap '"$@" >/dev/null 2>&1 </dev/null; exit 0' TERM; while :; do sleep 3600 & wait; done`;

/**
 * Works with something that is removed afterwards, however the work ends: another process waits for that, so that
 * not even SIGKILL leaves it behind.
 */
export async function withRemoval<T>(
  removal: readonly [string, ...string[]],
  work: () => Promise<T>,
): Promise<T> {
  const keeper = await startProcess(['/bin/sh', '-c', keeperScript, 'sh', ...removal], {
    graceMs: keeperGraceMs,
  });
  try {
    return await work();
  } finally {
    await keeper.stop();
  }
}

/** Works with a folder that goes afterwards. */
export async function withPlace<T>(work: (place: string) => Promise<T>): Promise<T> {
  const place = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
  try {
    return await work(place);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Removes what runs on this machine left that were killed together with all their processes. */
export async function removeAbandoned(program: 'docker' | 'podman'): Promise<void> {
  const filter = 'name=slipway-';
  const containers = await listNames([
    program,
    'container',
    'ls',
    '--all',
    '--filter',
    filter,
    '--format',
    '{{.Names}}',
  ]);
  if (containers.length === 0) return;
  await tryRemove([program, 'container', 'rm', '--force', '--volumes', ...containers]);
  for (const kind of ['network', 'volume']) {
    const names = await listNames([
      program,
      kind,
      'ls',
      '--filter',
      filter,
      '--format',
      '{{.Name}}',
    ]);
    if (names.length > 0) await tryRemove([program, kind, 'rm', ...names]);
  }
}

async function listNames(argv: readonly [string, ...string[]]): Promise<readonly string[]> {
  const { stdout } = await askProgram(argv, AbortSignal.timeout(removalLimitMs)).catch(() => ({
    stdout: '',
  }));
  return stdout.split(/\s+/).filter(isAbandoned);
}
