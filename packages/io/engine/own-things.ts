import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from '../command/index.js';
import { runQuietly } from './docker.js';
import { isAbandoned, uniqueName } from './owner.js';

const removalLimitMs = 30_000;
/** What a removal may take when this process is gone. */
const keeperGraceMs = 20_000;

/** Also after a cancellation: the signal that ended the work does not end the tidying up. */
export async function tryRemove(argv: readonly [string, ...string[]]): Promise<void> {
  await runQuietly(argv, { timeoutMs: removalLimitMs }).catch(() => undefined);
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

/**
 * Works with a folder that goes afterwards, and that nobody else can look into. Those that dead runs left beside it
 * go first.
 *
 * @param parent where it is made
 * @param prefix begins its name, which begins with our own otherwise
 */
export async function withPlace<T>(
  parent: string,
  work: (place: string) => Promise<T>,
  prefix = '',
): Promise<T> {
  await removeAbandonedPlaces(parent, prefix);
  const place = join(parent, `${prefix}${uniqueName()}`);
  await mkdir(place, { mode: 0o700 });
  try {
    return await work(place);
  } finally {
    // what a container left there may be another user’s; nothing but the runner can remove that
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Only folders of ours: a name proves nothing where others may write, too. */
async function removeAbandonedPlaces(parent: string, prefix: string): Promise<void> {
  const names = await readdir(parent);
  for (const name of names) {
    if (!name.startsWith(prefix) || !isAbandoned(name.slice(prefix.length))) continue;
    const path = join(parent, name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
