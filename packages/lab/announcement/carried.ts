import { join } from 'node:path';
import { readJson, writeJson } from '../state/index.js';

/** What the tunnel of an existing cluster carries: each port on every node’s loopback. */
export interface Carried {
  readonly ports: readonly number[];
  /** Ports on which a node cannot listen, and why. */
  readonly problems: readonly CarryProblem[];
}

interface CarryProblem {
  readonly port: number;
  readonly sentence: string;
}

/** @param folder of the part that is the cluster */
export function writeCarried(folder: string, carried: Carried): void {
  writeJson(carriedFile(folder), carried);
}

/** @returns undefined where the part has no tunnel, or one that has not come up yet */
export function readCarried(folder: string): Carried | undefined {
  const { ports, problems } = readJson(carriedFile(folder)) ?? {};
  if (!Array.isArray(ports) || !Array.isArray(problems)) return undefined;
  return {
    ports: ports.filter((port) => typeof port === 'number'),
    problems: problems.filter(isProblem),
  };
}

function isProblem(value: unknown): value is CarryProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'port' in value &&
    typeof value.port === 'number' &&
    'sentence' in value &&
    typeof value.sentence === 'string'
  );
}

function carriedFile(folder: string): string {
  return join(folder, 'carried.json');
}
