import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { removeNetwork } from '../network/index.js';
import { assertSameClusters, parsePartName, partFolder, type PartName } from '../part/index.js';
import { asRoot, endProcessGroup, readPartProcesses } from '../process/index.js';
import { hasLivingOwner, readJson, withLock, writeJson } from '../state/index.js';
import { waitForAll } from '../waiting/index.js';
import { watchdogFolder } from '../watchdog/index.js';
import { driverOf, ownDrivers, type Drivers } from './drivers.js';
import { existingDrivers } from './existing-drivers.js';

/**
 * Written down before anything else: the machine's boot, whose process numbers mean nothing after the next, and the
 * clusters that the lab works with where they are not its own.
 *
 * @throws LabError where it works with others already
 */
export function recordLab(folder: string, kubeconfig: string | undefined): void {
  const file = join(folder, 'lab.json');
  if (existsSync(file)) assertSameClusters(readKubeconfig(folder), kubeconfig);
  writeJson(file, { boot: readBoot(), ...(kubeconfig === undefined ? {} : { kubeconfig }) });
}

/** How the parts of a lab are driven, as it was written down. */
export function driversOf(folder: string): Drivers {
  const kubeconfig = readKubeconfig(folder);
  return kubeconfig === undefined ? ownDrivers : existingDrivers(kubeconfig);
}

function readKubeconfig(folder: string): string | undefined {
  const recorded = readJson(join(folder, 'lab.json'))?.['kubeconfig'];
  return typeof recorded === 'string' ? recorded : undefined;
}

/** Whether nobody is there any more for whom this lab runs. */
export function isAbandoned(folder: string): boolean {
  return isFromEarlierBoot(folder) || !hasLivingOwner(folder);
}

/** Takes a lab down, whoever owns it. Resolves when nothing of it is left. */
export async function endLab(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  writeFileSync(endingFile(folder), '');
  await withLock(lockFile(folder), 'exclusive', {}, () => removeLab(folder));
}

/** Takes a lab down when its owners are gone. */
export async function endAbandonedLab(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  await withLock(lockFile(folder), 'exclusive', {}, async () => {
    if (isAbandoned(folder)) await removeLab(folder);
  });
}

/** Everything and the folder itself. Only for who holds the lab's lock. */
export async function removeLab(folder: string): Promise<void> {
  await removeParts(folder);
  await removeTrees([folder]);
}

/** Containers leave files that only root may remove. */
async function removeTrees(paths: readonly string[]): Promise<void> {
  try {
    for (const path of paths) await rm(path, { recursive: true, force: true });
  } catch {
    await runCommand(asRoot(['rm', '-rf', ...paths]));
  }
}

/**
 * Ends all parts side by side, then what they stood on; of the folder only the lock is left. Only for who
 * holds that lock.
 */
export async function removeParts(folder: string): Promise<void> {
  const parts = listParts(folder);
  if (isFromEarlierBoot(folder)) forgetProcesses(folder, parts);
  const watchdogs = readPartProcesses(watchdogFolder(folder));
  await waitForAll(watchdogs.filter(({ pid }) => pid !== process.pid).map(endProcessGroup));
  await waitForAll(parts.map((part) => endPart(folder, part)));
  await removeNetwork(folder);
  const contents = readdirSync(folder).filter((name) => name !== 'lock');
  await removeTrees(contents.map((name) => join(folder, name)));
}

export async function endPart(lab: string, part: PartName): Promise<void> {
  const folder = partFolder(lab, part);
  const driver = driverOf(part, driversOf(lab));
  await driver.end({ lab, folder, log: () => undefined, signal: undefined });
}

/** The parts that were ever started and not ended. */
export function listParts(folder: string): readonly PartName[] {
  const parts = join(folder, 'parts');
  if (!existsSync(parts)) return [];
  return readdirSync(parts).map((name) => parsePartName(name.replace('-', ':')));
}

export function lockFile(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, 'lock');
}

/** There while a lab is taken down: whoever starts a part in it then stops. */
export function endingFile(folder: string): string {
  return join(folder, 'ending');
}

function isFromEarlierBoot(folder: string): boolean {
  const boot = readJson(join(folder, 'lab.json'))?.['boot'];
  return boot !== undefined && boot !== readBoot();
}

function forgetProcesses(folder: string, parts: readonly PartName[]): void {
  for (const place of [watchdogFolder(folder), ...parts.map((part) => partFolder(folder, part))])
    rmSync(join(place, 'processes'), { recursive: true, force: true });
}

function readBoot(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
