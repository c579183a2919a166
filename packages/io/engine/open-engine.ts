import { SlipwayError } from '@slipway/core/errors';
import { CommandError, type CommandResult } from '../command/index.js';
import { engineNames, toPlatform, type EngineName } from './abilities.js';
import { formatListContainers } from './build-steps.js';
import { createBuildahEngine } from './buildah-engine.js';
import { createClassicEngine } from './classic-engine.js';
import { chooseBuilder, type BuilderFacts } from './docker-arguments.js';
import type { ContainersProgram } from './containers-arguments.js';
import { createDockerEngine } from './docker-engine.js';
import { askProgram, askDocker, type EngineCollaborators } from './docker.js';
import type { Engine } from './engine.js';
import { textAt, tryParseJson, valueAt } from './json.js';
import { tryRemove } from './own-things.js';
import { isAbandoned } from './owner.js';
import { createPodmanEngine } from './podman-engine.js';
import { removeAbandoned } from './sweep.js';

export type EngineChoice = 'auto' | EngineName;

interface FoundEngine {
  readonly engine: Engine;
  /** The containers that it has, where it was asked for them. */
  readonly containers?: readonly string[];
}

type Found = FoundEngine | 'absent' | SlipwayError;

/**
 * Finds an engine of this machine: the one that is chosen, else the first that works of docker, podman and
 * buildah. What dead runs left in it is removed while it is used.
 *
 * @example const engine = await openEngine('auto', { logger, clock, signal });
 * @throws SlipwayError `engine-missing` when it is not there, or does not work
 */
export async function openEngine(
  choice: EngineChoice,
  collaborators: EngineCollaborators,
): Promise<Engine> {
  const broken: SlipwayError[] = [];
  for (const name of choice === 'auto' ? engineNames : [choice]) {
    const found = await openers[name](collaborators);
    if (found instanceof SlipwayError) broken.push(found);
    else if (found !== 'absent') {
      warnOf(broken, found.engine, collaborators);
      return withSweep(found, collaborators);
    }
  }
  throw broken[0] ?? explainAbsence(choice);
}

function warnOf(
  broken: readonly SlipwayError[],
  engine: Engine,
  { logger }: EngineCollaborators,
): void {
  for (const { message } of broken) logger.info(`${message}: ${engine.name} is used instead`);
}

function withSweep({ engine, containers }: FoundEngine, { signal }: EngineCollaborators): Engine {
  let swept: Promise<void> | undefined;
  /** Once the engine itself is at work: nobody waits for it then. Of Compose alone the engine hears nothing. */
  const beside = <T>(work: Promise<T>): Promise<T> => {
    swept ??= removeAbandoned(engine.name, containers, signal);
    return work;
  };
  return {
    name: engine.name,
    description: engine.description,
    listRefusals: (demands) => engine.listRefusals(demands),
    buildLayout: (build, folder) => beside(engine.buildLayout(build, folder)),
    buildImage: (build, doing) => beside(engine.buildImage(build, doing)),
    runContainer: (run, doing, wanted) => beside(engine.runContainer(run, doing, wanted)),
    assertAnswers: () => engine.assertAnswers(),
    giveBack: (image, shared) => engine.giveBack(image, shared),
    close: async () => {
      await beside(engine.close());
      await swept;
    },
  };
}

function explainAbsence(choice: EngineChoice): SlipwayError {
  const what = choice === 'auto' ? 'container engine' : choice;
  const others =
    choice === 'auto'
      ? 'Use a runner that has docker, as GitHub’s Ubuntu runners have, podman or buildah.'
      : 'Install it, or let the input engine choose: auto takes the first that works of docker, podman and buildah.';
  return new SlipwayError('engine-missing', `there is no ${what} on this machine`, { fix: others });
}

const openers: Readonly<Record<EngineName, (with_: EngineCollaborators) => Promise<Found>>> = {
  docker: openDocker,
  podman: openPodman,
  buildah: openBuildah,
};

/** What a build asks of the builders is asked at once, and heard when something is built. */
async function openDocker(collaborators: EngineCollaborators): Promise<Found> {
  const { signal } = collaborators;
  const builders = tryAsk(['docker', 'buildx', 'ls', '--format', builderTemplate], signal);
  builders.catch(() => undefined); // nobody may ask
  const answer = await tryAsk(['docker', 'info', '--format', 'json'], signal);
  if (answer === undefined) return 'absent';
  const info = tryParseJson(answer.stdout);
  const version = textAt(info, 'ServerVersion') ?? '';
  if (version === '') return explainSilence(answer);
  const assertAnswers = async (): Promise<void> => {
    const again = await askDocker(['version', '--format', 'json'], signal);
    if (serverVersion(again) === undefined) throw explainSilence(again);
  };
  const kind = { name: 'docker', version, hasBuildx: hasPlugin(info, 'buildx') } as const;
  if (!kind.hasBuildx) {
    const own = { ...kind, ...readPlatform(info) };
    return { engine: createClassicEngine(own, collaborators, assertAnswers) };
  }
  const engine = createDockerEngine(kind, collaborators, {
    assertAnswers,
    chooseBuilder: async () => chooseBuilder(await readBuilders(info, await builders)),
  });
  return { engine };
}

function readPlatform(info: unknown): { readonly platform?: string } {
  const [system, machine] = [textAt(info, 'OSType'), textAt(info, 'Architecture')];
  if (system === undefined || machine === undefined) return {};
  return { platform: toPlatform(system, machine) };
}

function hasPlugin(info: unknown, name: string): boolean {
  return listAt(info, 'ClientInfo', 'Plugins').some(
    (plugin) => textAt(plugin, 'Name') === name && valueAt(plugin, 'Err') === undefined,
  );
}

function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

function serverVersion({ stdout }: CommandResult): string | undefined {
  return textAt(tryParseJson(stdout), 'Server', 'Version');
}

function explainSilence({ stderr }: CommandResult): SlipwayError {
  const said = stderr.replaceAll(/\s+/g, ' ').trim();
  return new SlipwayError('engine-missing', 'there is docker, but its daemon does not answer', {
    ...(said === '' ? {} : { cause: new Error(said) }),
    fix: 'Start it, or let DOCKER_HOST name one that runs; or use podman or buildah, which need no daemon.',
  });
}

/** Its `info` says more, and takes ten times as long; whether its storage can be read is told by a list, too. */
async function openPodman(collaborators: EngineCollaborators): Promise<Found> {
  const { signal } = collaborators;
  const [list, version] = await Promise.all([
    tryAsk(formatListContainers('podman'), signal),
    tryAsk(['podman', 'version', '--format', 'json'], signal),
  ]);
  if (list === undefined || version === undefined) return 'absent';
  if (list.exitCode !== 0) return explainFailure('podman', list);
  const own = tryParseJson(version.stdout);
  const isRemote = textAt(own, 'Server', 'Version') !== undefined;
  const assertAnswers = async (): Promise<void> => {
    const answer = await askProgram(formatListContainers('podman'), signal);
    if (answer.exitCode !== 0) throw explainFailure('podman', answer);
  };
  const kind = { name: 'podman', version: textAt(own, 'Client', 'Version') ?? '' } as const;
  const containers = list.stdout.split('\n');
  const engine = createPodmanEngine(kind, collaborators, {
    isRootless: isRemote ? await isRemoteRootless(signal) : process.getuid?.() !== 0,
    present: containers,
    assertAnswers,
  });
  return { engine, containers };
}

async function isRemoteRootless(signal: AbortSignal): Promise<boolean> {
  const info = await askProgram(['podman', 'info', '--format', 'json'], signal);
  return valueAt(tryParseJson(info.stdout), 'host', 'security', 'rootless') === true;
}

async function openBuildah(collaborators: EngineCollaborators): Promise<Found> {
  const { signal } = collaborators;
  const [list, version] = await Promise.all([
    tryAsk(formatListContainers('buildah'), signal),
    tryAsk(['buildah', 'version', '--json'], signal),
  ]);
  if (list === undefined || version === undefined) return 'absent';
  if (list.exitCode !== 0) return explainFailure('buildah', list);
  const own = textAt(tryParseJson(version.stdout), 'version') ?? '';
  const containers = list.stdout.split('\n');
  const kind = { name: 'buildah', version: own } as const;
  const engine = createBuildahEngine(kind, collaborators, {
    isRootless: process.getuid?.() !== 0,
    present: containers,
  });
  return { engine, containers };
}

function explainFailure(program: ContainersProgram, { stderr }: CommandResult): SlipwayError {
  const said = stderr.replaceAll(/\s+/g, ' ').trim();
  const [, ...words] = formatListContainers(program);
  return new SlipwayError('engine-missing', `there is ${program}, but it does not work`, {
    ...(said === '' ? {} : { cause: new Error(said) }),
    fix: `Make ${program} ${words.slice(0, program === 'podman' ? 2 : 1).join(' ')} work as the user of the runner.`,
  });
}

/** @returns undefined when there is no such program */
async function tryAsk(
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
): Promise<CommandResult | undefined> {
  try {
    return await askProgram(argv, signal);
  } catch (error) {
    if (error instanceof CommandError && error.kind === 'not-found') return undefined;
    throw error;
  }
}

async function readBuilders(
  info: unknown,
  answer: CommandResult | undefined,
): Promise<BuilderFacts> {
  const lines = answer?.exitCode === 0 ? answer.stdout : '';
  const abandoned = new Set(listBuilders(lines).filter((name) => isAbandoned(name)));
  for (const name of abandoned) await tryRemove(['docker', 'buildx', 'rm', '--force', name]);
  const current = findCurrentBuilder(lines);
  return {
    hasContainerdStore: listAt(info, 'DriverStatus').some(
      (pair) => textAt(pair, 0) === 'driver-type' && textAt(pair, 1)?.startsWith('io.containerd.'),
    ),
    ...(current === undefined ? {} : { current }),
  };
}

/** JSON made here: until buildx 0.24 its own does not say which builder is the current one (docker/buildx#3175). */
const builderTemplate =
  '{"name":{{json .Builder.Name}},"driver":{{json .Builder.Driver}},"isCurrent":{{json .Builder.Current}}}';

function listBuilders(lines: string): readonly string[] {
  return lines.split('\n').flatMap((line) => textAt(tryParseJson(line), 'name') ?? []);
}

/**
 * The builder that buildx takes by itself, of a line for each as the template makes them.
 *
 * @example findCurrentBuilder('{"name":"b","driver":"docker","isCurrent":true}') // { name: 'b', driver: 'docker' }
 */
export function findCurrentBuilder(lines: string): BuilderFacts['current'] {
  const builders = lines.split('\n').map(tryParseJson);
  const current = builders.find((builder) => valueAt(builder, 'isCurrent') === true);
  const [name, driver] = [textAt(current, 'name'), textAt(current, 'driver')];
  return name === undefined || driver === undefined ? undefined : { name, driver };
}
