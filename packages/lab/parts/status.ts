import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partFolder, type PartName } from '../part/index.js';
import { readPartProcesses, type PartProcess } from '../process/index.js';
import { defaultLabFolder, readOwners, type Owner } from '../state/index.js';
import { driverOf } from './drivers.js';
import { driversOf, listParts } from './end.js';
import { checkPart } from './start-part.js';

export interface PartStatus {
  readonly part: PartName;
  /** `starting` covers what is not healthy yet, and what is not any more. */
  readonly state: 'up' | 'starting' | 'dead';
  /** What the part gives to who uses it: address, kubeconfig. */
  readonly facts: Readonly<Record<string, string>>;
  readonly processes: readonly PartProcess[];
  /** The folder with a log file for each process. */
  readonly logs: string;
}

export interface LabStatus {
  readonly folder: string;
  readonly owners: readonly Owner[];
  readonly parts: readonly PartStatus[];
}

/** The folder of this checkout's lab, whether or not there is one now. */
export function readLabFolder(): string {
  return defaultLabFolder(process.env, fileURLToPath(new URL('../../..', import.meta.url)));
}

/** What runs of a lab; asks each part for its health. */
export async function readStatus(folder: string): Promise<LabStatus> {
  const parts = existsSync(folder) ? listParts(folder) : [];
  return {
    folder,
    owners: readOwners(folder),
    parts: await Promise.all(parts.map((part) => readPartStatus(folder, part))),
  };
}

async function readPartStatus(lab: string, part: PartName): Promise<PartStatus> {
  const folder = partFolder(lab, part);
  const processes = readPartProcesses(folder);
  const context = { lab, folder, log: () => undefined, signal: undefined };
  const found = await checkPart(driverOf(part, driversOf(lab)), context);
  const isAlive = processes.length > 0 && processes.every(({ isRunning }) => isRunning);
  return {
    part,
    state: found !== undefined ? 'up' : isAlive ? 'starting' : 'dead',
    facts: toFacts(found ?? {}),
    processes,
    logs: join(folder, 'log'),
  };
}

function toFacts(part: object): Readonly<Record<string, string>> {
  const shown = Object.entries(part).filter(([key]) => key !== 'name' && key !== 'context');
  return Object.fromEntries(shown.map(([key, value]) => [key, formatFact(value)]));
}

/** @example formatFact({ A: 'x', B: 'y' }) // 'A=x B=y' */
function formatFact(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const pairs = Object.entries(value).map(([name, each]) => `${name}=${String(each)}`);
  return pairs.join(' ');
}
