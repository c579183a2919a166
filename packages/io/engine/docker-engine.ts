import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { describeKind, listRefusals, type EngineDemands, type EngineKind } from './abilities.js';
import { tryReadBase, type BaseImage } from './base-images.js';
import type { ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';
import {
  formatCreateBuilder,
  formatLayoutBuild,
  formatLoadBuild,
  type BuilderChoice,
  type DockerArguments,
} from './docker-arguments.js';
import { askDocker, runProgramLogged, type EngineCollaborators } from './docker.js';
import type { BuiltLayout, ContainerOutcome, Engine, FailedBuild, FileChoice } from './engine.js';
import type { SharedFolders } from './foreign-files.js';
import { giveBack, giving } from './give-back.js';
import { replaceLayout } from './fresh-layout.js';
import { explainBuildFailure } from './output-tail.js';
import { tryRemove } from './own-things.js';
import { uniqueName } from './owner.js';
import { runContainer } from './run-container.js';

/** What is found out about docker when it is needed. */
export interface DockerFacts {
  /** @throws SlipwayError `engine-missing` when the daemon does not answer any more */
  assertAnswers(): Promise<void>;
  chooseBuilder(): Promise<BuilderChoice>;
}

/** docker with its plug-in buildx, and so with BuildKit. */
export function createDockerEngine(
  kind: EngineKind,
  collaborators: EngineCollaborators,
  facts: DockerFacts,
): Engine {
  return new DockerEngine(kind, collaborators, facts);
}

/** Else buildx asks git seven questions for a provenance that it is not to write. */
const env = { BUILDX_GIT_INFO: 'false' };

class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly description: string;
  readonly #kind: EngineKind;
  readonly #collaborators: EngineCollaborators;
  readonly #facts: DockerFacts;
  readonly #images: string[] = [];
  #builder: string | undefined;
  #ownBuilder: string | undefined;

  constructor(kind: EngineKind, collaborators: EngineCollaborators, facts: DockerFacts) {
    this.description = describeKind(kind);
    this.#kind = kind;
    this.#collaborators = collaborators;
    this.#facts = facts;
  }

  listRefusals(demands: EngineDemands): readonly Problem[] {
    return listRefusals(this.#kind, demands);
  }

  async buildLayout(
    build: ImageBuild & ImageFacts,
    folder: string,
  ): Promise<BuiltLayout | FailedBuild> {
    const builder = await this.#openBuilder();
    return replaceLayout(folder, build.context, async (fresh) => {
      const bases = new Map<string, BaseImage>();
      const argv = formatLayoutBuild(build, builder, fresh);
      const failure = await this.#build(argv, 'building the image', (line) => {
        const base = tryReadBase(line);
        if (base !== undefined) bases.set(base.name, base);
      });
      if (failure !== undefined) return failure;
      await rm(join(fresh, 'ingest'), { recursive: true, force: true });
      return { state: 'built', bases: [...bases.values()] };
    });
  }

  async buildImage(
    build: ImageBuild,
    doing: string,
  ): Promise<{ readonly state: 'built'; readonly image: string } | FailedBuild> {
    const image = uniqueName();
    this.#images.push(image);
    const argv = formatLoadBuild(build, await this.#openBuilder(), image);
    return (await this.#build(argv, doing)) ?? { state: 'built', image };
  }

  runContainer(run: ContainerRun, doing: string, wanted?: FileChoice): Promise<ContainerOutcome> {
    const runner = { name: 'docker', assertAnswers: () => this.#facts.assertAnswers() } as const;
    return runContainer(runner, run, doing, wanted, this.#collaborators);
  }

  giveBack(image: string, shared: SharedFolders): Promise<boolean> {
    const runner = { name: 'docker', assertAnswers: () => this.#facts.assertAnswers() } as const;
    return giveBack(image, shared, this.#collaborators, {
      isRootless: false,
      run: (run, own) => runContainer(runner, run, giving, undefined, own),
    });
  }

  assertAnswers(): Promise<void> {
    return this.#facts.assertAnswers();
  }

  async close(): Promise<void> {
    for (const image of this.#images) await tryRemove(['docker', 'image', 'rm', '--force', image]);
    const builder = this.#ownBuilder;
    if (builder !== undefined) await tryRemove(['docker', 'buildx', 'rm', '--force', builder]);
  }

  async #build(
    argv: DockerArguments,
    doing: string,
    onLine?: (line: string) => void,
  ): Promise<FailedBuild | undefined> {
    const options = { env, ...(onLine === undefined ? {} : { onLine }) };
    const { exitCode, lines } = await runProgramLogged(
      ['docker', ...argv],
      doing,
      this.#collaborators,
      options,
    );
    if (exitCode === 0) return undefined;
    await this.#facts.assertAnswers();
    return { state: 'failed', ...explainBuildFailure(lines) };
  }

  async #openBuilder(): Promise<string> {
    if (this.#builder !== undefined) return this.#builder;
    const choice = await this.#facts.chooseBuilder();
    this.#builder = choice.kind === 'present' ? choice.name : await this.#createBuilder();
    return this.#builder;
  }

  async #createBuilder(): Promise<string> {
    const name = uniqueName();
    this.#ownBuilder = name;
    const { signal } = this.#collaborators;
    const { exitCode, stderr } = await askDocker(formatCreateBuilder(name), signal);
    if (exitCode === 0) return name;
    throw new SlipwayError('engine-missing', 'docker cannot write an OCI layout here', {
      cause: new Error(stderr.replaceAll(/\s+/g, ' ').trim()),
      fix: 'Turn the containerd image store of the daemon on, or use docker/setup-buildx-action before this step.',
    });
  }
}
