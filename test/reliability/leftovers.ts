import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { runCommand } from '@slipway/io/command';

/** The variable that every process of a trial inherits. */
export const trialVariable = 'SLIPWAY_TRIAL';

/** What a lab can leave on a machine, one line each. */
export type Traces = ReadonlySet<string>;

/** Every namespace, link, route, mount and folder there is, and every process outside of this network namespace. */
export async function readTraces(): Promise<Traces> {
  const read = async (...argv: [string, ...string[]]): Promise<string[]> =>
    (await runCommand(argv)).stdout.split('\n').filter((line) => line !== '');
  const [namespaces, links, routes] = await Promise.all([
    read('ip', 'netns', 'list'),
    read('ip', '-oneline', 'link'),
    read('ip', 'route'),
  ]);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return new Set([
    ...namespaces.map((line) => `network namespace ${line}`),
    ...links.map((line) => `link ${/^\d+: (?<name>[^:@]+)/.exec(line)?.groups?.['name'] ?? line}`),
    ...routes.map((line) => `route ${line}`),
    ...mounts.map((line) => `mount ${line.split(' ')[1] ?? ''}`),
    ...readdirSync(tmpdir())
      .filter((name) => name.startsWith('slipway-'))
      .map((name) => `folder ${name}`),
    ...listForeignProcesses(),
  ]);
}

/** Processes that were started by the trial, as far as they still have its environment. */
export function listTrialProcesses(trial: string): readonly string[] {
  return listProcesses()
    .filter((pid) =>
      readProcessFile(pid, 'environ').split('\0').includes(`${trialVariable}=${trial}`),
    )
    .map(describe);
}

/** What is there now and was not before. */
export function findLeftovers(before: Traces, after: Traces): readonly string[] {
  return [...after].filter((trace) => !before.has(trace));
}

/** Containers have an environment of their own, but they live in other network namespaces than we do. */
function listForeignProcesses(): readonly string[] {
  const own = readlinkSync('/proc/self/ns/net');
  return listProcesses()
    .filter((pid) => {
      const namespace = tryReadLink(`/proc/${pid}/ns/net`);
      return namespace !== undefined && namespace !== own;
    })
    .map(describe);
}

function listProcesses(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function describe(pid: string): string {
  return `process ${pid}: ${readProcessFile(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 120)}`;
}

function readProcessFile(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}

function tryReadLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // it ended meanwhile
  }
}
