import { cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { systemClock } from '@slipway/io/clock';
import { LabError, PartLeftOutError } from '../errors/index.js';
import { partFolder, type PartContext, type PartName } from '../part/index.js';
import { isOwner, withLock, type Owner } from '../state/index.js';
import { waitForAll, withHeartbeat } from '../waiting/index.js';
import type { Driver } from './drivers.js';
import { endingFile, endPart, lockFile } from './end.js';

/** Who starts parts, and in which lab. */
export interface PartStarter {
  /** The lab's folder. */
  readonly folder: string;
  readonly owner: Owner;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly leftOut: readonly PartName[];
}

/** Installs and builds what a part needs, and what the parts need on which it stands. */
export async function preparePart(driver: Driver<unknown>, starter: PartStarter): Promise<void> {
  requireWanted(driver.name, starter);
  const needs = driver.needs.filter(({ name }) => !starter.leftOut.includes(name));
  await waitForAll([...needs.map((need) => preparePart(need, starter)), driver.prepare(starter)]);
}

/**
 * The part, started if it is not up or not healthy any more. Others may use the lab and start parts
 * meanwhile; who asks for the same part waits for the one that starts it. A start that fails or is
 * interrupted leaves nothing but its logs.
 */
export async function startPart<Part>(driver: Driver<Part>, starter: PartStarter): Promise<Part> {
  await preparePart(driver, starter);
  await waitForAll(driver.needs.map((need) => startPart(need, starter)));
  const { folder: lab, signal } = starter;
  return withLock(lockFile(lab), 'shared', { signal }, async () => {
    if (!isOwner(lab, starter.owner)) throw new LabError('this lab was taken down meanwhile');
    const folder = partFolder(lab, driver.name);
    const ending = watchForEnd(lab);
    const reasons = signal === undefined ? [ending.signal] : [ending.signal, signal];
    const context = { lab, folder, log: starter.log, signal: AbortSignal.any(reasons) };
    const lock = join(lab, 'locks', driver.name.replace(':', '-'));
    try {
      return await withLock(lock, 'exclusive', { signal: context.signal }, () =>
        findOrStart(driver, context),
      );
    } finally {
      ending.stop();
    }
  });
}

async function findOrStart<Part>(driver: Driver<Part>, context: PartContext): Promise<Part> {
  const { lab, folder, log, signal } = context;
  const found = await checkPart(driver, context);
  if (found !== undefined) return found;
  if (existsSync(folder)) {
    log(`${driver.name} is not healthy: it is started anew`);
    await endPart(lab, driver.name);
  }
  const start = systemClock.monotonicMs();
  try {
    const part = await withHeartbeat(
      (elapsed) => log(`${driver.name} is starting: ${elapsed} so far`),
      () => driver.start(context),
    );
    writeFileSync(startedFile(folder), '');
    log(`${driver.name} is up: ${((systemClock.monotonicMs() - start) / 1000).toFixed(1)} s`);
    return part;
  } catch (error) {
    const logs = signal?.aborted === true ? undefined : keepLogs(lab, folder);
    await endPart(lab, driver.name);
    signal?.throwIfAborted();
    const where = logs === undefined ? '' : `; its logs are in ${logs}`;
    throw new LabError(`${driver.name} did not come up${where}`, { cause: error });
  }
}

/** The part when it was started to the end, and is healthy. */
export async function checkPart<Part>(
  driver: Driver<Part>,
  context: PartContext,
): Promise<Part | undefined> {
  return existsSync(startedFile(context.folder)) ? driver.check(context) : undefined;
}

/** There once a part has come up: who started it may have been killed before. */
function startedFile(folder: string): string {
  return join(folder, 'started');
}

function requireWanted(part: PartName, { leftOut }: PartStarter): void {
  if (leftOut.includes(part)) throw new PartLeftOutError(part);
}

/** Beside the lab's folder, which does not outlive the lab. */
function failuresFolder(lab: string): string {
  return `${lab}-failed`;
}

/** Removes what was kept of starts that failed in an earlier lab. */
export function forgetFailures(lab: string): void {
  rmSync(failuresFolder(lab), { recursive: true, force: true });
}

function keepLogs(lab: string, folder: string): string | undefined {
  const logs = join(folder, 'log');
  if (!existsSync(logs)) return undefined;
  const kept = join(failuresFolder(lab), basename(folder));
  cpSync(logs, kept, { recursive: true });
  return kept;
}

/** Notices when somebody else takes the lab down while a part is being started in it. */
function watchForEnd(lab: string): { readonly signal: AbortSignal; readonly stop: () => void } {
  const [ending, stopped] = [new AbortController(), new AbortController()];
  const watch = async (): Promise<void> => {
    while (!existsSync(endingFile(lab))) await systemClock.sleep(100, stopped.signal);
    ending.abort(new LabError('the lab is being taken down'));
  };
  watch().catch(() => undefined); // ends by being stopped
  return { signal: ending.signal, stop: () => stopped.abort() };
}
