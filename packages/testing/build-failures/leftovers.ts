import { readdir, readFile } from 'node:fs/promises';
import { systemClock } from '@slipway/io/clock';
import { runCommand } from '@slipway/io/command';
import type { EngineAccess, RunnerEngine } from '../step/index.js';

type Argv = readonly [string, ...string[]];

/** Where a build may have left something. */
export interface Places {
  readonly engine: RunnerEngine;
  readonly access: EngineAccess;
  /** Of the build; names of what it makes hold it. */
  readonly processId: number;
  /** In the command line of what it runs. */
  readonly mark: string;
  /** In the environment of all that it starts. */
  readonly temporaryFolder: string;
  readonly workspace: string;
  /** The folder that programs take for temporary files; its own. */
  readonly scratch: string;
}

const docker: readonly Argv[] = [
  ['docker', 'container', 'ls', '--all', '--format', '{{.Names}}'],
  ['docker', 'network', 'ls', '--format', '{{.Name}}'],
  ['docker', 'volume', 'ls', '--format', '{{.Name}}'],
  ['docker', 'image', 'ls', '--format', '{{.Repository}}'],
];
const lists: Readonly<Record<RunnerEngine, readonly Argv[]>> = {
  docker: [...docker, ['docker', 'buildx', 'ls', '--format', '{{.Builder.Name}}']],
  classic: docker,
  podman: [
    ['podman', 'container', 'ls', '--all', '--external', '--format', '{{.Names}}'],
    ['podman', 'network', 'ls', '--format', '{{.Name}}'],
    ['podman', 'volume', 'ls', '--format', '{{.Name}}'],
    ['podman', 'image', 'ls', '--format', '{{.Repository}}'],
  ],
  buildah: [
    ['buildah', 'containers', '--format', '{{.ContainerName}}'],
    ['buildah', 'images', '--format', '{{.Name}}'],
  ],
};

/** What an engine has, by how it was asked; only what has a name that a build gives. */
export async function listEngineThings({
  engine,
  access: { environment },
}: Pick<Places, 'engine' | 'access'>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const argv of lists[engine]) {
    const { stdout } = await runCommand(argv, { env: environment });
    const kind = argv.slice(1, -2).join(' ');
    for (const name of stdout.split(/\s+/).filter((each) => isOfBuild(each))) {
      found.push(`${kind}: ${name}`);
    }
  }
  return found;
}

/** A container that podman or buildah makes for a step of a build is called after its image. */
function isOfBuild(name: string): boolean {
  return name.includes('slipway-') || name.includes('-working-container');
}

const patienceMs = 30_000;

/**
 * What is left of a build.
 *
 * @param before what the engine had before it began
 */
export async function listLeft(
  places: Places,
  before: readonly string[],
): Promise<readonly string[]> {
  const things = (await listEngineThings(places)).filter((each) => !before.includes(each));
  return [...things.filter((each) => isOurs(each, places)), ...(await listFiles(places))];
}

/** Others may use the engine at the same time, whose names hold another process. */
function isOurs(thing: string, { processId }: Places): boolean {
  return thing.includes(`-${processId}-`) || thing.includes('-working-container');
}

/** What the build is to leave: the layout that was not built, and the logs of its services. */
const kept = ['slipway-build'];

async function listFiles(places: Places): Promise<readonly string[]> {
  const { temporaryFolder, scratch, workspace } = places;
  const temporary = (await readdir(temporaryFolder)).filter((name) => !kept.includes(name));
  const inWorkspace = await readdir(workspace, { recursive: true });
  return [
    ...temporary.map((name) => `the temporary file ${name}`),
    ...(await readdir(scratch))
      .filter((name) => !name.startsWith('tsx-'))
      .map((name) => `the file ${name} in TMPDIR`),
    ...inWorkspace
      .filter((path) => /(?:^|\/)\.[^/]*-slipway-/.test(path))
      .map((path) => `${path} in the workspace`),
  ];
}

/** Processes that the build started, or that run in its containers; what ends needs a moment to be gone. */
export async function listProcessesLeft(places: Places): Promise<readonly string[]> {
  const endMs = systemClock.monotonicMs() + patienceMs;
  for (;;) {
    const found = await listProcesses(places);
    if (found.length === 0 || systemClock.monotonicMs() > endMs) return found;
    await systemClock.sleep(100);
  }
}

async function listProcesses({ mark, temporaryFolder }: Places): Promise<readonly string[]> {
  const found: string[] = [];
  for (const id of await readdir('/proc')) {
    if (!/^\d+$/.test(id)) continue;
    const read = (file: string): Promise<string> =>
      readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '');
    const [words, environment] = [await read('cmdline'), await read('environ')];
    if (words === '') continue; // a zombie, or one that is gone
    if (words.includes(mark) || environment.includes(temporaryFolder)) {
      found.push(`the process ${words.replaceAll('\0', ' ').trim().slice(0, 200)}`);
    }
  }
  return found;
}
