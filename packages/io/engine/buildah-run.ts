import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { extract } from 'tar-stream';
import {
  formatBuildahRun,
  formatVariables,
  parseVariables,
  type BuildahCommand,
} from './buildah-arguments.js';
import type { ContainerRun } from './build-plan.js';
import { findSaid } from './container-end.js';
import { isFolderCopied, readEntries, sortFiles } from './container-files.js';
import {
  askProgram,
  runProgramLogged,
  runQuietly,
  tryAskProgramForJson,
  type EngineCollaborators,
} from './docker.js';
import type { ContainerFile, ContainerOutcome, FileChoice } from './engine.js';
import { readHostUser } from './host-user.js';
import { textAt, valueAt } from './json.js';
import { tryRemove, withPlace, withRemoval } from './own-things.js';
import { uniqueName } from './owner.js';

/** What an image says of how it is run. */
interface ImageDefaults {
  readonly command: readonly string[];
  readonly workdir: string;
}

/** Runs a command in a container of buildah, which knows no command of an image's own, and removes it. */
export async function runInBuildah(
  { isRootless }: { readonly isRootless: boolean },
  run: ContainerRun,
  doing: string,
  wanted: FileChoice | undefined,
  collaborators: EngineCollaborators,
): Promise<ContainerOutcome> {
  const container = uniqueName();
  return withRemoval(['/bin/sh', '-c', removalScript, container], () =>
    runInContainer(container, toOwnUser(run, isRootless), doing, wanted, collaborators),
  );
}

/** What still runs in it keeps it; without a word it goes when nothing does. */
const removalScript =
  'buildah rm "$0" && exit; while buildah inspect "$0" >/dev/null 2>&1; do sleep 1; buildah rm "$0"; done';

async function runInContainer(
  container: string,
  run: ContainerRun,
  doing: string,
  wanted: FileChoice | undefined,
  collaborators: EngineCollaborators,
): Promise<ContainerOutcome> {
  const { signal } = collaborators;
  const from = ['buildah', 'from', '--name', container, run.image] as const;
  const made = await runProgramLogged(from, doing, collaborators);
  if (made.exitCode !== 0) return { state: 'not-started', reason: findSaid(made.lines) };
  const since = collaborators.clock.now();
  const { command, workdir } = await readDefaults(container, run, signal);
  const { exitCode, lines } = await withVariables(run, signal, (variables) =>
    runProgramLogged(
      formatBuildahRun({ container, command, ...variables }, run),
      doing,
      collaborators,
    ),
  );
  const obstacle = exitCode === 0 ? undefined : findObstacle(lines);
  if (obstacle !== undefined) return { state: 'not-started', reason: obstacle };
  const files =
    wanted === undefined
      ? []
      : await readBuildahFiles(container, workdir, { ...wanted, since }, signal);
  // buildah is not told whether the kernel ended it
  return { state: 'ended', exitCode, isOutOfMemory: false, lines, workdir, files };
}

/** What `formatBuildahRun` is told of the variables of a container. */
type PassedVariables = Pick<BuildahCommand, 'variables' | 'script'>;

async function withVariables<T>(
  { variables, variablesFile }: ContainerRun,
  signal: AbortSignal,
  work: (passed: PassedVariables) => Promise<T>,
): Promise<T> {
  const settings = variablesFile === undefined ? '' : await readFile(variablesFile, 'utf8');
  const { stdout } = await askProgram(['env', '-0'], signal);
  const own = parseVariables(stdout, '\0').filter(([name]) => variables.includes(name));
  const hidden = [...parseVariables(settings, '\n'), ...own];
  const told = parseVariables(variables.filter((each) => each.includes('=')).join('\n'), '\n');
  if (hidden.length === 0) return work({ variables: told });
  return withPlace(tmpdir(), async (place) => {
    const script = join(place, 'variables.sh');
    await writeFile(script, formatVariables(hidden), { mode: 0o644 }); // in a folder that is ours alone
    return work({ variables: told, script });
  });
}

/** Without root the user of this machine is root inside: nobody else there is the same. */
function toOwnUser(run: ContainerRun, isRootless: boolean): ContainerRun {
  return isRootless && run.user === readHostUser() ? { ...run, user: '0:0' } : run;
}

async function readDefaults(
  container: string,
  run: ContainerRun,
  signal: AbortSignal,
): Promise<ImageDefaults> {
  const inspected = await tryAskProgramForJson(['buildah', 'inspect', container], signal);
  const words = (key: string): readonly string[] => {
    const list = valueAt(inspected, 'OCIv1', 'config', key);
    return Array.isArray(list) ? list.filter((word) => typeof word === 'string') : [];
  };
  return {
    command: run.command ?? [...words('Entrypoint'), ...words('Cmd')],
    workdir: run.workdir ?? textAt(inspected, 'OCIv1', 'config', 'WorkingDir') ?? '/',
  };
}

/** @example findObstacle(['… exec: \\"nope\\": executable file not found in $PATH"']) // 'exec: "nope": executable …' */
export function findObstacle(lines: readonly string[]): string | undefined {
  const said = lines.find((line) => line.startsWith('error running container: '));
  const create = /runc create failed: (?:unable to start container process: )?(?<why>.*?)"?$/;
  return said === undefined
    ? undefined
    : (create.exec(said)?.groups?.['why'] ?? said).replaceAll('\\"', '"');
}

/**
 * Reads files of a container without looking into the storage: they are copied into an empty container, which is
 * then written as an image of one layer.
 */
async function readBuildahFiles(
  container: string,
  workdir: string,
  wanted: FileChoice & { readonly since: Date },
  signal: AbortSignal,
): Promise<readonly ContainerFile[]> {
  const files = new Map<string, ContainerFile>();
  await withPlace(tmpdir(), async (place) => {
    for (const [index, base] of [...new Set(wanted.bases)].entries()) {
      const layout = join(place, String(index));
      const folder = posix.join('/', workdir, base);
      if (!(await tryCopyOut(container, folder, layout, signal))) continue;
      for (const layer of await listLayers(layout)) {
        const archive = createReadStream(layer).pipe(extract());
        await readEntries(archive, base, wanted, files);
      }
    }
  });
  return sortFiles(files);
}

/** @returns whether there is such a folder */
async function tryCopyOut(
  container: string,
  folder: string,
  layout: string,
  signal: AbortSignal,
): Promise<boolean> {
  const copy = uniqueName();
  try {
    await askProgram(['buildah', 'from', '--name', copy, 'scratch'], signal);
    const argv = ['buildah', 'copy', '--from', container, copy, folder, '/files'] as const;
    if (!isFolderCopied('buildah', await runQuietly(argv, { signal }))) return false;
    const commit = ['buildah', 'commit', '--disable-compression', copy, `oci:${layout}`] as const;
    return isFolderCopied('buildah', await runQuietly(commit, { signal }));
  } finally {
    await tryRemove(['buildah', 'rm', copy]);
  }
}

async function listLayers(layout: string): Promise<readonly string[]> {
  const pathOf = (digest: string): string => join(layout, 'blobs', digest.replace(':', '/'));
  const read = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
  const index = await read(join(layout, 'index.json'));
  const manifest = await read(pathOf(textAt(index, 'manifests', 0, 'digest') ?? ''));
  const layers = valueAt(manifest, 'layers');
  return Array.isArray(layers)
    ? layers.map((layer: unknown) => pathOf(textAt(layer, 'digest') ?? ''))
    : [];
}
