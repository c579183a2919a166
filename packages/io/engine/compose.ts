import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invalidInput, type Problem } from '@slipway/core/errors';
import type { EngineName } from './abilities.js';
import {
  composeConfig,
  composeDown,
  formatCompose,
  formatComposeRun,
  formatOverride,
  formatOwnNames,
  type ComposeProject,
  type ComposeRun,
} from './compose-arguments.js';
import {
  findForeign,
  judgeServices,
  listNeeded,
  readComposeServices,
  readServiceContainers,
  type ComposeService,
  type NeededService,
  type ServicesState,
} from './compose-file.js';
import { findComposeProgram, type ComposeEngine, type ComposeProgram } from './compose-program.js';
import { askProgram, runProgramLogged, type EngineCollaborators } from './docker.js';
import type { ContainerOutcome, Engine, FailedBuild, FileChoice } from './engine.js';
import { withHealthChecks } from './health-checks.js';
import { tryParseJson } from './json.js';
import { withPlace, withRemoval } from './own-things.js';
import { explainBuildFailure } from './output-tail.js';
import { readEnd } from './run-container.js';
import { formatPodmanRemoval, throughPodman, withPodmanService } from './podman-service.js';

/** A Compose file with one service that tests, of which nothing has been started. */
export interface Compose {
  /** What is started before the tests. */
  readonly needed: readonly string[];
  /** That of the tests. */
  readonly image: string;
  /** Folders and files of the machine that any of them sees. Absolute. */
  readonly mounted: readonly string[];
  /** Ends and removes all that was started after the work, however that ends. */
  use<T>(work: (services: ComposeServices) => Promise<T>): Promise<T>;
}

/** The services of a Compose file, under names that nobody else has. */
export interface ComposeServices {
  /** Builds what the file says to build; undefined when all is well. */
  build(): Promise<FailedBuild | undefined>;
  /** Starts what is needed, in the order of the file; undefined when all was started. */
  start(): Promise<FailedBuild | undefined>;
  /** Also after a cancellation. */
  readState(): Promise<ServicesState>;
  /**
   * Runs the tests to their end.
   *
   * @param settings `NAME=value`, for the service alone
   */
  run(
    run: Omit<ComposeRun, 'service'>,
    settings: readonly string[],
    wanted: FileChoice,
  ): Promise<ContainerOutcome>;
  /** What the services wrote so far, by name. */
  readLogs(): Promise<ReadonlyMap<string, string>>;
}

type AnsweringEngine = Pick<Engine, 'name' | 'assertAnswers'>;

export interface ComposeChoice extends ComposeProject {
  /** The one that tests. */
  readonly service: string;
}

/** Compose writes it, whatever it is told about colours. */
const eraseLine = '\u001b[2K';

/**
 * Reads a Compose file with Compose itself; starts nothing.
 *
 * @throws SlipwayError `engine-missing` without Compose; `invalid-input` when the engine has none, and when Compose
 *   refuses the file, or has no such service
 */
export async function openCompose(
  engine: AnsweringEngine,
  choice: ComposeChoice,
  collaborators: EngineCollaborators,
): Promise<Compose> {
  const { signal } = collaborators;
  const { name } = engine;
  if (name === 'buildah') throw invalidInput([refuseEngine(choice, name)]);
  const program = await findComposeProgram(name, signal);
  const config = await askProgram(formatCompose(program, choice, composeConfig), signal);
  if (config.exitCode !== 0) throw invalidInput([refuseFile(choice, config.stderr)]);
  const file = tryParseJson(config.stdout);
  const foreign = findForeign(choice.name, file);
  if (foreign.length > 0) throw invalidInput([refuseForeign(choice, foreign)]);
  const services = readComposeServices(file);
  const tested = services.find(({ name }) => name === choice.service);
  if (tested === undefined) throw invalidInput([refuseService(choice, services)]);
  const awaited = listNeeded(services, choice.service);
  const needed = awaited.map(({ name }) => name);
  const used = services.filter(({ name }) => [...needed, choice.service].includes(name));
  const names = formatOwnNames(choice.name, used);
  const built = used.filter(({ isBuilt }) => isBuilt).map(({ name }) => name);
  return {
    needed,
    image: tested.image ?? `${choice.name}-${choice.service}`,
    mounted: used.flatMap(({ mounted }) => mounted),
    use: (work) =>
      useServices(program, { engine, choice, needed, awaited, names, built }, collaborators, work),
  };
}

function refuseService(choice: ComposeChoice, services: readonly ComposeService[]): Problem {
  return {
    subject: 'compose-service',
    given: choice.service,
    expected: `one of ${services.map(({ name }) => name).join(', ')}`,
    fix: `Name the service of ${choice.file} whose command is the test.`,
  };
}

function refuseEngine({ file }: ComposeChoice, engine: EngineName): Problem {
  return {
    subject: 'compose-file',
    given: file,
    expected: `nothing: ${engine} runs no services`,
    fix: 'Use docker or podman with Compose of version 2, or leave compose-file out.',
  };
}

function refuseForeign({ file }: ComposeChoice, foreign: readonly string[]): Problem {
  return {
    subject: 'compose-file',
    given: `${file}, with ${foreign.join(', ')}`,
    expected: 'volumes and networks that are this run’s alone, or external',
    fix: 'Remove `name` from them: what has that name elsewhere would be used, and removed afterwards.',
  };
}

function refuseFile({ file }: ComposeChoice, stderr: string): Problem {
  const said = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.includes('level=warning'));
  return {
    subject: 'compose-file',
    given: file,
    expected: `a file that Compose accepts; it says: ${said.join(' ').replaceAll(/\s+/g, ' ').trim()}`,
    fix: 'Try it with docker compose config.',
  };
}

/** What of a file is built and started. */
interface ServicesPlan {
  readonly engine: AnsweringEngine;
  readonly choice: ComposeChoice;
  readonly needed: readonly string[];
  /** The same, with what is waited for. */
  readonly awaited: readonly NeededService[];
  /** A file with names of containers that are this run’s alone, where it takes one. */
  readonly names: string | undefined;
  readonly built: readonly string[];
}

function useServices<T>(
  program: ComposeProgram,
  plan: ServicesPlan,
  collaborators: EngineCollaborators,
  work: (services: ComposeServices) => Promise<T>,
): Promise<T> {
  const { choice } = plan;
  if (program.engine === 'docker') {
    const removal = formatCompose(program, choice, composeDown);
    return withRemoval(removal, () => work(createServices(program, plan, collaborators)));
  }
  const watched = {
    read: () => readContainers('podman', choice),
    isOver: (found: unknown) => judge(plan, found).state === 'ready',
  };
  return withPlace(tmpdir(), (place) => {
    const socket = join(place, 'removal.sock');
    const down = formatCompose(throughPodman(program, socket), choice, composeDown);
    return withRemoval(formatPodmanRemoval(socket, down), () =>
      withPodmanService(collaborators, (own) =>
        withHealthChecks(watched, collaborators, () =>
          work(createServices(throughPodman(program, own), plan, collaborators)),
        ),
      ),
    );
  });
}

function judge({ awaited }: ServicesPlan, containers: unknown): ServicesState {
  return judgeServices(awaited, readServiceContainers(containers));
}

function createServices(
  program: ComposeProgram,
  plan: ServicesPlan,
  collaborators: EngineCollaborators,
): ComposeServices {
  const { choice, needed, names, built } = plan;
  const { signal } = collaborators;
  const { engine } = program;
  const run = async (
    words: readonly string[],
    doing: string,
    overrides: readonly string[] = [],
  ): Promise<FailedBuild | undefined> => {
    const argv = formatCompose(program, choice, words, overrides);
    const { exitCode, lines } = await runProgramLogged(argv, doing, collaborators);
    if (exitCode === 0) return undefined;
    await plan.engine.assertAnswers();
    return { state: 'failed', ...explainBuildFailure(lines) };
  };
  return {
    build: async () => {
      if (built.length === 0) return undefined;
      return run(['build', ...built], 'building the services');
    },
    start: async () => {
      if (needed.length === 0) return undefined;
      const up = ['up', '--detach', '--no-build', ...needed];
      return withOverride(names, (files) => run(up, `starting ${needed.join(', ')}`, files));
    },
    readState: async () => judge(plan, await readContainers(engine, choice)),
    run: (options, settings, wanted) =>
      withOverride(formatSettings(choice, settings), async (overrides) => {
        const { service } = choice;
        const container = `${choice.name}-tests`;
        const command = formatComposeRun({ ...options, service }, container);
        const argv = formatCompose(program, choice, command, overrides);
        const doing = `testing in the service ${service}`;
        const { lines } = await runProgramLogged(argv, doing, collaborators);
        const runner = { name: engine, assertAnswers: () => plan.engine.assertAnswers() } as const;
        return readEnd(runner, container, lines, wanted, signal);
      }),
    readLogs: () => readLogs(program, choice, needed),
  };
}

function formatSettings(
  { service }: ComposeChoice,
  settings: readonly string[],
): string | undefined {
  return settings.length === 0 ? undefined : formatOverride(service, settings);
}

/** In a folder that only we can look into. */
async function withOverride<T>(
  text: string | undefined,
  work: (overrides: readonly string[]) => Promise<T>,
): Promise<T> {
  if (text === undefined) return work([]);
  return withPlace(tmpdir(), async (place) => {
    const file = join(place, 'override.json');
    await writeFile(file, text, { mode: 0o600 });
    return work([file]);
  });
}

/** What `container inspect` answers about all containers of a project, running or not. */
async function readContainers(engine: ComposeEngine, { name }: ComposeProject): Promise<unknown> {
  const filter = `label=com.docker.compose.project=${name}`;
  const list = ['container', 'ls', '--all', '--no-trunc', '--quiet', '--filter', filter];
  const { stdout } = await askProgram([engine, ...list]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  const found = await askProgram([engine, 'container', 'inspect', ...ids]);
  return tryParseJson(found.stdout);
}

/** Also after a cancellation, when people want them most. */
async function readLogs(
  program: ComposeProgram,
  project: ComposeProject,
  services: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const logs = new Map<string, string>();
  for (const service of services) {
    const command = ['logs', '--no-color', '--no-log-prefix', service];
    const argv = formatCompose(program, project, command);
    const { stdout } = await askProgram(argv);
    logs.set(service, stdout.replaceAll(eraseLine, ''));
  }
  return logs;
}
