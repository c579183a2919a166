import { readFileSync } from 'node:fs';

/** Which process is meant: a number alone may have been given to another one meanwhile. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the machine's boot and the start of the process. */
  readonly startTicks: string;
}

interface ProcessStat extends ProcessIdentity {
  /** One letter: `R`, `S`, … `Z` (ended, and nobody has asked for its exit code yet). */
  readonly state: string;
}

/**
 * Reads a line of `/proc/<pid>/stat` (proc(5)): fields 1, 3 and 22. The second field, the program's name
 * in parentheses, may itself hold blanks and parentheses.
 *
 * @example parseProcessStat('7 (a) b) S 1 …') // { pid: 7, state: 'S', startTicks: … }
 */
export function parseProcessStat(line: string): ProcessStat | undefined {
  const parsed = /^(?<pid>\d+) \(.*\) (?<rest>[^)]*)$/s.exec(line.trim());
  const fields = parsed?.groups?.['rest']?.split(' ');
  const state = fields?.[0];
  const startTicks = fields?.[19];
  if (state === undefined || startTicks === undefined) return undefined;
  return { pid: Number(parsed?.groups?.['pid']), state, startTicks };
}

/** The process that has this number now; `undefined` when there is none, or only its exit code is left. */
export function readProcess(pid: number): ProcessIdentity | undefined {
  const stat = tryRead(`/proc/${pid}/stat`);
  const parsed = stat === undefined ? undefined : parseProcessStat(stat);
  if (parsed === undefined || parsed.state === 'Z' || parsed.state === 'X') return undefined;
  return { pid: parsed.pid, startTicks: parsed.startTicks };
}

/** Whether the process still runs, and not merely another one with its number. */
export function isSameProcess(
  recorded: ProcessIdentity,
  now: ProcessIdentity | undefined = readProcess(recorded.pid),
): boolean {
  return now?.pid === recorded.pid && now.startTicks === recorded.startTicks;
}

/** The processes that a single-threaded process started and that still run. */
function readChildren(pid: number): readonly number[] {
  const text = tryRead(`/proc/${pid}/task/${pid}/children`) ?? '';
  return text.split(' ').filter(Boolean).map(Number);
}

/**
 * Whether a process is the first of a process namespace of its own.
 *
 * @param status `/proc/<pid>/status` (proc(5)); `NSpid` holds the process's number in each namespace, ours first
 * @example isFirstInNamespace('NSpid:\t4711\t1\n') // true
 */
export function isFirstInNamespace(status: string): boolean {
  const numbers =
    /^NSpid:\s+(?<numbers>.*)$/m.exec(status)?.groups?.['numbers']?.split(/\s+/) ?? [];
  return numbers.length > 1 && numbers.at(-1) === '1';
}

/** The processes that another one started and that still run. */
export function readChildProcesses(pid: number): readonly ProcessIdentity[] {
  return readChildren(pid).flatMap((child) => readProcess(child) ?? []);
}

/** The first process of the process namespace that another process made; `undefined` before it is there. */
export function findNamespaceChild(pid: number): number | undefined {
  return readChildren(pid).find((child) =>
    isFirstInNamespace(tryRead(`/proc/${child}/status`) ?? ''),
  );
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
