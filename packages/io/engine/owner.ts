import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemClock } from '../clock/index.js';

/** A process: whose a thing is, and whether somebody still needs it. */
interface Owner {
  /** Within which the number of a process is its own: a machine since it was started, or a container of its own. */
  readonly scope: string;
  readonly processId: string;
  /** When it began, in ticks of the kernel: numbers of processes come again. `0` where nobody tells. */
  readonly since: string;
}

/** Where somebody looks at a thing from. */
export interface Viewpoint {
  readonly scope: string;
  readonly nowSeconds: number;
  /** Undefined when there is no such process. */
  startOf(processId: string): string | undefined;
}

const namePattern =
  /^(?:buildx_buildkit_|localhost\/)?slipway-(?<scope>[\da-f]{8})-(?<processId>\d+)-(?<since>\d+)-(?<at>[\da-f]{8})[\da-f]{8}/;

/** GitHub ends a job of a machine of one’s own after five days. */
const longestSeconds = 7 * 24 * 60 * 60;

/**
 * A name that nobody else has, for a container, an image, a builder, a Compose project or a folder. It tells whose it
 * is, so that what a run leaves that is killed can be found.
 *
 * @example uniqueName() // 'slipway-5d41402a-4711-8675309-6931f2c01f0c2b7e'
 */
export function uniqueName(): string {
  const { scope, processId, since } = readOwner();
  const at = nowSeconds().toString(16).padStart(8, '0');
  return `slipway-${scope}-${processId}-${since}-${at}${randomUUID().slice(0, 8)}`;
}

/**
 * Whether a thing belongs to a run that is gone. Of a process within the same scope it is known; of any other only
 * that none lasts for a week.
 *
 * @example isAbandoned('slipway-5d41402a-4711-8675309-6931f2c01f0c2b7e-db-1') // true when no such process is there
 */
export function isAbandoned(name: string, from: Viewpoint = readViewpoint()): boolean {
  const found = namePattern.exec(name)?.groups;
  if (found === undefined) return false;
  const { scope, processId = '', since, at = '' } = found;
  if (scope === from.scope && since !== '0') return from.startOf(processId) !== since;
  return from.nowSeconds - Number.parseInt(at, 16) > longestSeconds;
}

function readViewpoint(): Viewpoint {
  return { scope: readScope(), nowSeconds: nowSeconds(), startOf: tryReadStart };
}

function readOwner(): Owner {
  const processId = String(process.pid);
  return { scope: readScope(), processId, since: tryReadStart(processId) ?? '0' };
}

function nowSeconds(): number {
  return Math.floor(systemClock.now().getTime() / 1000);
}

/** Two containers may have one host name, and after a restart processes have the numbers of others. */
function readScope(): string {
  const bootId = tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const processes = tryRead(() => readlinkSync('/proc/self/ns/pid'));
  const parts = [hostname(), bootId, processes];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8);
}

/** Field 22 of proc_pid_stat(5); the name in field 2 may hold anything. */
function tryReadStart(processId: string): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${processId}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function tryRead(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
