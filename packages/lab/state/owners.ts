import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSameProcess, readProcess, type ProcessIdentity } from '../process/index.js';

/** Who a lab is for: a process, with whose end it ends too, or nobody in particular. */
export type Owner =
  | ({ readonly kind: 'process' } & ProcessIdentity)
  /** Kept until somebody takes it down. */
  | { readonly kind: 'kept' };

/** Makes a running process an owner of the lab. */
export function addOwner(folder: string, pid: number): Owner {
  const identity = readProcess(pid);
  if (identity === undefined) throw new Error(`there is no process ${pid} to own the lab`);
  const owner: Owner = { kind: 'process', ...identity };
  writeOwner(folder, owner);
  return owner;
}

/** Lets the lab live until it is taken down. */
export function keepOwner(folder: string): Owner {
  const owner: Owner = { kind: 'kept' };
  writeOwner(folder, owner);
  return owner;
}

export function removeOwner(folder: string, owner: Owner): void {
  rmSync(join(folder, 'owners', formatOwner(owner)), { force: true });
}

/** Whether this owner has not been removed, as taking down the lab does with all of them. */
export function isOwner(folder: string, owner: Owner): boolean {
  return listNames(folder).includes(formatOwner(owner));
}

export function readOwners(folder: string): readonly Owner[] {
  return listNames(folder).flatMap((name) => parseOwner(name) ?? []);
}

export function isKept(folder: string): boolean {
  return readOwners(folder).some(({ kind }) => kind === 'kept');
}

export function hasLivingOwner(folder: string): boolean {
  return readOwners(folder).some((owner) => owner.kind === 'kept' || isSameProcess(owner));
}

/**
 * The name of an owner's file, which the watchdog's shell reads as well.
 *
 * @example formatOwner({ kind: 'process', pid: 7, startTicks: '99' }) // '7-99'
 */
export function formatOwner(owner: Owner): string {
  return owner.kind === 'kept' ? 'kept' : `${owner.pid}-${owner.startTicks}`;
}

export function parseOwner(name: string): Owner | undefined {
  if (name === 'kept') return { kind: 'kept' };
  const { pid, startTicks } = /^(?<pid>\d+)-(?<startTicks>\d+)$/.exec(name)?.groups ?? {};
  if (pid === undefined || startTicks === undefined) return undefined;
  return { kind: 'process', pid: Number(pid), startTicks };
}

function writeOwner(folder: string, owner: Owner): void {
  mkdirSync(join(folder, 'owners'), { recursive: true });
  writeFileSync(join(folder, 'owners', formatOwner(owner)), '');
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, 'owners'));
  } catch {
    return [];
  }
}
