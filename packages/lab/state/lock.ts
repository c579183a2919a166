import { startProcess } from '@slipway/io/command';
import { LabError } from '../errors/index.js';

export type LockMode = 'shared' | 'exclusive';

export interface Lock {
  release(): Promise<void>;
}

/**
 * A file may be removed, with its folder, while somebody waits for its lock: who then gets the lock of a
 * file that is no longer there tries again with the one that is.
 */
const lockThenWait = [
  'while :; do',
  '  mkdir -p "${1%/*}"',
  '  exec 9>>"$1" || exit 1',
  '  flock "$2" 9 || exit 1',
  '  [ "$1" -ef /proc/self/fd/9 ] && break',
  'done',
  'echo held',
  'exec sleep infinity',
].join('\n');

/**
 * Waits for a lock on a file (flock(2)) and holds it until it is released or this process ends, however
 * that may be: the kernel gives it back with the process that holds the file open, and that one ends with us.
 */
export async function holdLock(
  file: string,
  mode: LockMode,
  { signal, prefix = (argv) => argv }: LockOptions = {},
): Promise<Lock> {
  signal?.throwIfAborted();
  const flag = mode === 'shared' ? '--shared' : '--exclusive';
  const holder = await startProcess(prefix(['/bin/sh', '-c', lockThenWait, 'sh', file, flag]));
  const stop = (): void => void holder.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    for await (const line of holder.lines) {
      if (line === 'held') return { release: () => holder.stop() };
    }
    signal?.throwIfAborted();
    throw new LabError(`${file} could not be locked: ${await holder.ended}`);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Puts `sudo` before the command where the file is root's. */
  readonly prefix?: (argv: readonly [string, ...string[]]) => readonly [string, ...string[]];
}

/** Does the work while holding the lock. */
export async function withLock<T>(
  file: string,
  mode: LockMode,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const lock = await holdLock(file, mode, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
