import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BaseImage } from './base-images.js';
import { chooseRepoDigest, createBaseNames } from './base-names.js';
import type { ImageBuild, ImageFacts } from './build-plan.js';
import { withoutSteps } from './build-steps.js';
import {
  formatContainersBuild,
  formatLayoutPush,
  type BuildTarget,
  type ContainersProgram,
} from './containers-arguments.js';
import {
  runProgramLogged,
  tryAskProgramForJson,
  type EngineCollaborators,
  type LoggedOptions,
} from './docker.js';
import type { BuiltLayout, FailedBuild } from './engine.js';
import { replaceLayout } from './fresh-layout.js';
import { textAt } from './json.js';
import { tryRemove, withPlace } from './own-things.js';
import { uniqueName } from './owner.js';
import { findSaid } from './container-end.js';

/** podman or buildah, as they were found. */
export interface ContainersEngine {
  readonly program: ContainersProgram;
  /** The containers that were there before anything was built. */
  readonly present: readonly string[];
}

/** Builds an image into a folder with podman or buildah; it stays in the storage as their cache, without a name. */
export async function buildContainersLayout(
  { program, present }: ContainersEngine,
  build: ImageBuild & ImageFacts,
  folder: string,
  collaborators: EngineCollaborators,
): Promise<BuiltLayout | FailedBuild> {
  const names = createBaseNames();
  const isList = build.platforms.length > 1;
  const list = uniqueName();
  try {
    return await replaceLayout<BuiltLayout | FailedBuild>(
      folder,
      build.context,
      async (fresh, place) => {
        const idFile = join(place, 'id');
        const target: BuildTarget = isList
          ? { kind: 'list', name: list }
          : { kind: 'image', idFile };
        const argv = formatContainersBuild(program, build, target);
        const failure = await withoutSteps(program, present, (env) =>
          tryRun(argv, 'building the image', collaborators, { env, onLine: names.push }),
        );
        if (failure !== undefined) return failure;
        const name = isList ? list : (await readFile(idFile, 'utf8')).trim();
        const push = formatLayoutPush(program, { kind: target.kind, name }, fresh);
        const [refusal, bases] = await Promise.all([
          tryRun(push, 'writing the layout', collaborators),
          findBases(program, names.read(), collaborators.signal),
        ]);
        return refusal ?? { state: 'built', bases };
      },
    );
  } finally {
    if (isList) await tryRemove([program, 'manifest', 'rm', list]);
  }
}

/** Builds an image for a container to be run; its ID is its name. */
export async function buildContainersImage(
  { program, present }: ContainersEngine,
  build: ImageBuild,
  doing: string,
  collaborators: EngineCollaborators,
): Promise<{ readonly state: 'built'; readonly image: string } | FailedBuild> {
  return withPlace(tmpdir(), async (place) => {
    const idFile = join(place, 'id');
    const argv = formatContainersBuild(program, build, { kind: 'image', idFile });
    const failure = await withoutSteps(program, present, (env) =>
      tryRun(argv, doing, collaborators, { env }),
    );
    if (failure !== undefined) return failure;
    const image = (await readFile(idFile, 'utf8')).trim().replace(/^sha256:/, '');
    return { state: 'built', image };
  });
}

const shownLines = 20;

async function tryRun(
  argv: readonly [string, ...string[]],
  doing: string,
  collaborators: EngineCollaborators,
  options: LoggedOptions = {},
): Promise<FailedBuild | undefined> {
  const { exitCode, lines } = await runProgramLogged(argv, doing, collaborators, options);
  if (exitCode === 0) return undefined;
  const written = lines.filter((line) => line.trim() !== '');
  const reason = findSaid(written) || `it ended with exit code ${exitCode}`;
  return { state: 'failed', reason, lines: written.slice(-shownLines) };
}

/** What cannot be found is left out. */
async function findBases(
  program: ContainersProgram,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly BaseImage[]> {
  const found = await Promise.all(
    names.map(async (name): Promise<readonly BaseImage[]> => {
      const digest = chooseRepoDigest(name, []) ?? (await tryReadDigest(program, name, signal));
      return digest === undefined ? [] : [{ name, digest }];
    }),
  );
  return found.flat();
}

async function tryReadDigest(
  program: ContainersProgram,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (program === 'buildah') {
    const image = await tryAskProgramForJson(
      ['buildah', 'inspect', '--type', 'image', name],
      signal,
    );
    return textAt(image, 'FromImage') === undefined ? undefined : textAt(image, 'FromImageDigest');
  }
  const image = await tryAskProgramForJson(['podman', 'image', 'inspect', name], signal);
  return textAt(image, 0, 'RepoDigests', 0) === undefined ? undefined : textAt(image, 0, 'Digest');
}
