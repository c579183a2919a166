import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { readNetwork } from '@slipway/lab/network';
import { runCommand } from '@slipway/io/command';

/** The variable that every process of a trial inherits. */
export const trialVariable = 'SLIPWAY_TRIAL';

/** A demo under trial: its token, its lab's folder, and the folder that holds its temporary files. */
export interface TrialPlace {
  readonly trial: string;
  readonly labFolder: string;
  readonly temporaryFolder: string;
}

/** What a demo has running: found before it is interrupted, looked for afterwards. */
export interface Running {
  /** `pid start-time`, with the command line. */
  readonly processes: ReadonlyMap<string, string>;
  readonly bridge: string | undefined;
}

/** The processes of a trial with all their descendants (containers do not inherit the variable), and its bridge. */
export function readRunning({ trial, labFolder }: TrialPlace): Running {
  const table = readProcesses();
  const own = new Set(table.filter(({ pid }) => hasVariable(pid, trial)).map(({ pid }) => pid));
  for (let before = -1; before !== own.size;) {
    before = own.size;
    for (const { pid, parent } of table) if (own.has(parent)) own.add(pid);
  }
  const processes = new Map(
    table
      .filter(({ pid }) => own.has(pid))
      .map(({ pid, start }) => [`${pid} ${start}`, commandOf(pid)]),
  );
  return { processes, bridge: readNetwork(labFolder)?.bridge };
}

/** What is still there of a trial, a line each. */
export async function findLeftovers(
  place: TrialPlace,
  { processes, bridge }: Running,
): Promise<readonly string[]> {
  const { labFolder, temporaryFolder } = place;
  const alive = new Set(readProcesses().map(({ pid, start }) => `${pid} ${start}`));
  const still = [...processes].filter(([key]) => alive.has(key));
  const late = [...readRunning(place).processes].filter(([key]) => !processes.has(key));
  const [links, routes] = await Promise.all([
    runCommand(['ip', '-oneline', 'link']),
    runCommand(['ip', 'route']),
  ]);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [
    ...[...still, ...late].map(([key, command]) => `process ${key}: ${command}`),
    ...`${links.stdout}${routes.stdout}`
      .split('\n')
      .filter((line) => bridge !== undefined && line.includes(bridge)),
    ...mounts.filter((line) => line.includes(labFolder)).map((line) => `mount ${line}`),
    ...(existsSync(labFolder) ? [`folder ${labFolder}`] : []),
    ...readdirSync(temporaryFolder)
      .filter((name) => name.startsWith('slipway-'))
      .map((name) => `temporary folder ${name}`),
  ];
}

interface ProcessEntry {
  readonly pid: string;
  readonly parent: string;
  /** In ticks since boot: with the pid, what identifies a process. */
  readonly start: string;
}

function readProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      // after the name in parentheses: state, parent, …, the start time as field 22 of the whole
      const fields = readProcessFile(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
      const [state, parent] = fields;
      const start = fields[19];
      if (parent === undefined || start === undefined || state === 'Z') return [];
      return [{ pid, parent, start }];
    });
}

function hasVariable(pid: string, trial: string): boolean {
  return readProcessFile(pid, 'environ').split('\0').includes(`${trialVariable}=${trial}`);
}

function commandOf(pid: string): string {
  return readProcessFile(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 120);
}

function readProcessFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
