import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@slipway/core/errors';
import { describeKind, listRefusals, type EngineDemands, type EngineKind } from './abilities.js';
import type { BaseImage } from './base-images.js';
import { chooseRepoDigest, createBaseNames } from './base-names.js';
import type { ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';
import { formatClassicBuild } from './docker-arguments.js';
import { runProgramLogged, runQuietly, tryAskForJson, type EngineCollaborators } from './docker.js';
import type { BuiltLayout, ContainerOutcome, Engine, FailedBuild, FileChoice } from './engine.js';
import { replaceLayout } from './fresh-layout.js';
import { textsAt } from './json.js';
import type { SharedFolders } from './foreign-files.js';
import { giveBack, giving } from './give-back.js';
import { explainBuildFailure, type BuildFailure } from './output-tail.js';
import { withPlace } from './own-things.js';
import { runContainer } from './run-container.js';
import { unpackSavedImage, writeSavedLayout, type SavedImage } from './saved-layout/index.js';

/** docker without buildx: its older builder, whose image is saved and made into a layout here. */
export function createClassicEngine(
  kind: EngineKind,
  collaborators: EngineCollaborators,
  assertAnswers: () => Promise<void>,
): Engine {
  return new ClassicEngine(kind, collaborators, assertAnswers);
}

/** What the older builder is chosen with where docker would say that it looks for the other. */
const env = { DOCKER_BUILDKIT: '0' };

class ClassicEngine implements Engine {
  readonly name = 'docker';
  readonly description: string;
  readonly #kind: EngineKind;
  readonly #collaborators: EngineCollaborators;
  readonly #assertAnswers: () => Promise<void>;

  constructor(
    kind: EngineKind,
    collaborators: EngineCollaborators,
    assertAnswers: () => Promise<void>,
  ) {
    this.description = describeKind(kind);
    this.#kind = kind;
    this.#collaborators = collaborators;
    this.#assertAnswers = assertAnswers;
  }

  listRefusals(demands: EngineDemands): readonly Problem[] {
    return listRefusals(this.#kind, demands);
  }

  buildLayout(build: ImageBuild & ImageFacts, folder: string): Promise<BuiltLayout | FailedBuild> {
    const { signal } = this.#collaborators;
    return replaceLayout<BuiltLayout | FailedBuild>(folder, build.context, async (fresh, place) => {
      const names = createBaseNames();
      const built = await this.#build(build, place, 'building the image', names.push);
      if (built.state === 'failed') return built;
      const found = await findBases(names.read(), signal);
      const saved = await this.#save(built.image, join(place, 'saved'));
      const facts = { ...build, baseLayers: new Set(found.flatMap(({ layers }) => layers)) };
      await writeSavedLayout(saved, fresh, facts, signal);
      return { state: 'built', bases: found.flatMap(({ base }) => base ?? []) };
    });
  }

  async buildImage(
    build: ImageBuild,
    doing: string,
  ): Promise<{ readonly state: 'built'; readonly image: string } | FailedBuild> {
    return withPlace(tmpdir(), (place) => this.#build(build, place, doing));
  }

  runContainer(run: ContainerRun, doing: string, wanted?: FileChoice): Promise<ContainerOutcome> {
    const runner = { name: 'docker', assertAnswers: this.#assertAnswers } as const;
    return runContainer(runner, run, doing, wanted, this.#collaborators);
  }

  giveBack(image: string, shared: SharedFolders): Promise<boolean> {
    const runner = { name: 'docker', assertAnswers: this.#assertAnswers } as const;
    return giveBack(image, shared, this.#collaborators, {
      isRootless: false,
      run: (run, own) => runContainer(runner, run, giving, undefined, own),
    });
  }

  assertAnswers(): Promise<void> {
    return this.#assertAnswers();
  }

  /** Its images have no names: they are the builder's cache. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** An image that cannot be saved may be all there is to see of a daemon that is gone. */
  async #save(image: string, folder: string): Promise<SavedImage> {
    const { signal } = this.#collaborators;
    const save = ['docker', 'save', image] as const;
    try {
      return await unpackSavedImage(
        (archive) => runQuietly(save, { signal, stdoutTo: archive }),
        folder,
      );
    } catch (error) {
      signal.throwIfAborted();
      await this.assertAnswers();
      throw error;
    }
  }

  async #build(
    build: ImageBuild & Partial<ImageFacts>,
    place: string,
    doing: string,
    onLine?: (line: string) => void,
  ): Promise<{ readonly state: 'built'; readonly image: string } | FailedBuild> {
    const idFile = join(place, 'id');
    const argv = formatClassicBuild(build, idFile);
    const options = { env, ...(onLine === undefined ? {} : { onLine }) };
    const { exitCode, lines } = await runProgramLogged(
      ['docker', ...argv],
      doing,
      this.#collaborators,
      options,
    );
    if (exitCode === 0) return { state: 'built', image: (await readFile(idFile, 'utf8')).trim() };
    await this.#assertAnswers();
    return { state: 'failed', ...explainClassicFailure(lines) };
  }
}

/**
 * The sentence about the step that failed, and what was written before it.
 *
 * @example explainClassicFailure(['oh', "The command '/bin/sh -c false' returned a non-zero code: 1"]).reason
 * // "The command '/bin/sh -c false' returned a non-zero code: 1"
 */
export function explainClassicFailure(output: readonly string[]): BuildFailure {
  // what a step writes to standard error is in red
  const lines = output.map((line) => line.replaceAll(/\u001b\[[0-9;]*m/g, ''));
  const said = lines.find((line) => /^The command .* returned a non-zero code: \d+$/.test(line));
  const { reason, lines: shown } = explainBuildFailure(lines);
  return { reason: said ?? reason, lines: shown };
}

interface FoundBase {
  /** Absent where no registry knows it. */
  readonly base?: BaseImage;
  /** The digests of what its layers hold, uncompressed. */
  readonly layers: readonly string[];
}

async function findBases(
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly FoundBase[]> {
  return Promise.all(
    names.map(async (name): Promise<FoundBase> => {
      const image = await tryAskForJson(['image', 'inspect', name], signal);
      const digest = chooseRepoDigest(name, textsAt(image, 0, 'RepoDigests'));
      const layers = textsAt(image, 0, 'RootFS', 'Layers');
      return { layers, ...(digest === undefined ? {} : { base: { name, digest } }) };
    }),
  );
}
