import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import { LabError } from '../errors/index.js';
import { holdLock } from '../state/index.js';
import { formatElapsed, withHeartbeat } from '../waiting/index.js';
import { cacheFolder } from './place.js';

/** A folder in the cache: whoever finds it there finds it whole. */
export interface CachedThing {
  /** Of its folder and its lock: `kubernetes`. */
  readonly name: string;
  /** From everything that decides what is in it. */
  readonly key: string;
  /** How it is called in what people read. */
  readonly title: string;
  /** Completes “Kubernetes is being … already” and “Kubernetes: … in 5 min”: `built`. */
  readonly done: string;
  /** What is said before the work begins. */
  readonly announcement: string;
  /** How far the work is, for the line that is said every 10 s. */
  readonly describeProgress?: () => string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  /** Fills the folder. */
  readonly make: (folder: string) => Promise<void>;
}

/**
 * The folder of a thing in the cache; made where it is not there, by one process while others wait. Half of
 * it is never seen: it gets its name when it is whole.
 *
 * @throws LabError when it could not be made
 */
export async function ensureCached(thing: CachedThing): Promise<string> {
  const { name, key, title, done, log, signal } = thing;
  const cache = cacheFolder(process.env);
  const folder = join(cache, `${name}-${key}`);
  if (existsSync(folder)) return folder;
  const lock = await withHeartbeat(
    (elapsed) => log(`${title} is being ${done} already: waited for ${elapsed}`),
    () => holdLock(join(cache, `${name}.lock`), 'exclusive', { signal }),
  );
  try {
    if (!existsSync(folder)) await makeWhole(thing, folder);
    return folder;
  } finally {
    await lock.release();
  }
}

async function makeWhole(thing: CachedThing, folder: string): Promise<void> {
  const { title, done, announcement, describeProgress, log, signal, make } = thing;
  log(announcement);
  const unfinished = `${folder}.${process.pid}.new`;
  await removeUnfinished(folder);
  mkdirSync(unfinished, { recursive: true });
  const start = systemClock.monotonicMs();
  try {
    await withHeartbeat(
      (elapsed) => log(formatProgress(title, describeProgress?.(), elapsed)),
      () => make(unfinished),
    );
    renameSync(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    signal?.throwIfAborted();
    throw new LabError(`${title} could not be ${done}`, { cause: error });
  }
  log(`${title}: ${done} in ${formatElapsed(systemClock.monotonicMs() - start)}`);
}

/** @example formatProgress('the registry', 'fetched 3 modules', '10 s') // 'the registry: fetched 3 modules, 10 s so far' */
function formatProgress(title: string, progress: string | undefined, elapsed: string): string {
  const far = progress === undefined ? '' : `${progress}, `;
  return `${title}: ${far}${elapsed} so far`;
}

/** What others who were killed left of it: nobody else is at it while we hold the lock. */
async function removeUnfinished(folder: string): Promise<void> {
  const pattern = new RegExp(`^${basename(folder)}\\.\\d+\\.new$`);
  const left = readdirSync(dirname(folder)).filter((entry) => pattern.test(entry));
  for (const entry of left)
    await rm(join(dirname(folder), entry), { recursive: true, force: true });
}
