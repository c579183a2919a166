import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord, startDaemon, type Daemon } from './daemon.js';
import { isSameProcess, type ProcessIdentity } from './identity.js';

/** A process of a part, as it was recorded when it started. */
export interface PartProcess extends ProcessIdentity {
  readonly name: string;
  readonly isRunning: boolean;
}

export interface PartCommand {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly needsRoot?: boolean;
}

/** Starts a process of the part whose folder this is: its record and its log lie there under its name. */
export async function startPartProcess(folder: string, command: PartCommand): Promise<Daemon> {
  mkdirSync(join(folder, 'processes'), { recursive: true });
  mkdirSync(join(folder, 'log'), { recursive: true });
  return startDaemon({
    argv: command.argv,
    record: join(folder, 'processes', command.name),
    log: logFile(folder, command.name),
    needsRoot: command.needsRoot === true,
  });
}

/** Every process that the part ever started and that was not forgotten with its folder. */
export function readPartProcesses(folder: string): readonly PartProcess[] {
  return listRecords(folder).flatMap((name) => {
    const identity = readRecord(join(folder, 'processes', name));
    return identity === undefined ? [] : { ...identity, name, isRunning: isSameProcess(identity) };
  });
}

export function logFile(folder: string, process: string): string {
  return join(folder, 'log', `${process}.log`);
}

function listRecords(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, 'processes')).filter((name) => !name.endsWith('.new'));
  } catch {
    return [];
  }
}
