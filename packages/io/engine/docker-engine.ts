import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import type { ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';
import { readContainerEnd } from './container-end.js';
import {
  formatCreateBuilder,
  formatLayoutBuild,
  formatLoadBuild,
  formatRun,
  type BuilderChoice,
  type DockerArguments,
} from './docker-arguments.js';
import { askDocker, runLogged, type EngineCollaborators } from './docker.js';
import type { ContainerOutcome, Engine, FailedBuild, FileChoice } from './engine.js';
import { tryRemove, uniqueName, withRemoval } from './own-things.js';
import { explainBuildFailure } from './output-tail.js';

/** What every container of ours carries, so that one that was left can be found. */
const label = 'dev.slipway.verb=containerized-build';
/** What is found out about docker when it is needed. */
export interface DockerFacts {
  /** @throws SlipwayError `engine-missing` when the daemon does not answer any more */
  assertAnswers(): Promise<void>;
  /** @throws SlipwayError `engine-missing` when docker cannot build */
  chooseBuilder(): Promise<BuilderChoice>;
}

export function createDockerEngine(
  description: string,
  collaborators: EngineCollaborators,
  facts: DockerFacts,
): Engine {
  return new DockerEngine(description, collaborators, facts);
}

class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly description: string;
  readonly #collaborators: EngineCollaborators;
  readonly #facts: DockerFacts;
  readonly #images: string[] = [];
  #builder: string | undefined;
  #ownBuilder: string | undefined;

  constructor(description: string, collaborators: EngineCollaborators, facts: DockerFacts) {
    this.description = description;
    this.#collaborators = collaborators;
    this.#facts = facts;
  }

  async buildLayout(
    build: ImageBuild & ImageFacts,
    folder: string,
  ): Promise<{ readonly state: 'built' } | FailedBuild> {
    await mkdir(dirname(folder), { recursive: true });
    // beside it, so that a build that fails leaves what was there, and its end is one rename
    const place = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
    try {
      const fresh = join(place, 'layout');
      const argv = formatLayoutBuild(build, await this.#openBuilder(), fresh);
      const failure = await this.#build(argv, 'building the image');
      if (failure !== undefined) return failure;
      await rm(join(fresh, 'ingest'), { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
      await rename(fresh, folder);
      return { state: 'built' };
    } finally {
      await rm(place, { recursive: true, force: true });
    }
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

  async runContainer(
    run: ContainerRun,
    doing: string,
    wanted?: FileChoice,
  ): Promise<ContainerOutcome> {
    const { signal } = this.#collaborators;
    const name = uniqueName();
    const removal = ['docker', 'container', 'rm', '--force', '--volumes', name] as const;
    return withRemoval(removal, async () => {
      const { lines } = await runLogged(formatRun(run, name, label), doing, this.#collaborators);
      const end = await readContainerEnd(name, lines, wanted, signal);
      if (end.state === 'not-started') await this.#facts.assertAnswers();
      return end;
    });
  }

  async close(): Promise<void> {
    for (const image of this.#images) await tryRemove(['docker', 'image', 'rm', '--force', image]);
    const builder = this.#ownBuilder;
    if (builder !== undefined) await tryRemove(['docker', 'buildx', 'rm', '--force', builder]);
  }

  async #build(argv: DockerArguments, doing: string): Promise<FailedBuild | undefined> {
    const { exitCode, lines } = await runLogged(argv, doing, this.#collaborators);
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
