import { SlipwayError, invalidInput, type Problem } from '@slipway/core/errors';
import {
  formatCompose,
  formatComposeConfig,
  formatComposeDown,
  formatComposeRun,
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
  type ServicesState,
} from './compose-file.js';
import { askDocker, askProgram, runProgramLogged, type EngineCollaborators } from './docker.js';
import type { ContainerOutcome, Engine, FailedBuild, FileChoice } from './engine.js';
import { readEnd } from './run-container.js';
import { tryParseJson } from './json.js';
import { withRemoval } from './own-things.js';
import { explainBuildFailure } from './output-tail.js';

/** The services of a Compose file, under names that nobody else has. */
export interface Compose {
  /** What is started before the tests. */
  readonly needed: readonly string[];
  /** Builds what the file says to build; undefined when all is well. */
  build(): Promise<FailedBuild | undefined>;
  /** Starts what is needed, in the order of the file; undefined when all was started. */
  start(): Promise<FailedBuild | undefined>;
  /** Also after a cancellation. */
  readState(): Promise<ServicesState>;
  /**
   * Runs the tests to their end.
   *
   * @param env for the variables that `run` names, and that our environment does not have
   */
  run(
    run: Omit<ComposeRun, 'service'>,
    env: Readonly<Record<string, string>>,
    wanted: FileChoice,
  ): Promise<ContainerOutcome>;
  /** What the services wrote so far, by name. */
  readLogs(): Promise<ReadonlyMap<string, string>>;
  /** Ends and removes all of it after the work, however that ends. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

export interface ComposeChoice extends ComposeProject {
  /** The one that tests. */
  readonly service: string;
}

/** Compose writes it, whatever it is told about colours. */
const eraseLine = '\u001b[2K';

/**
 * Reads a Compose file with docker’s plug-in; starts nothing.
 *
 * @throws SlipwayError `engine-missing` without the plug-in; `invalid-input` when Compose refuses the file, or has
 *   no such service
 */
export async function openCompose(
  engine: Pick<Engine, 'name' | 'assertAnswers'>,
  choice: ComposeChoice,
  collaborators: EngineCollaborators,
): Promise<Compose> {
  const { signal } = collaborators;
  if (engine.name !== 'docker') {
    throw invalidInput([
      {
        subject: 'compose-file',
        given: choice.file,
        expected: `nothing: ${engine.name} has no Compose that says when a service is healthy`,
        fix: 'Use docker with its plug-in compose, or leave compose-file out.',
      },
    ]);
  }
  const { exitCode } = await askProgram(['docker', 'compose', 'version'], signal);
  if (exitCode !== 0) {
    throw new SlipwayError('engine-missing', 'there is docker, but not its plug-in compose', {
      fix: 'Install docker-compose-plugin (version 2), or leave the input compose-file out.',
    });
  }
  const config = await askProgram(formatComposeConfig(choice), signal);
  if (config.exitCode !== 0) throw invalidInput([refuseFile(choice, config.stderr)]);
  const file = tryParseJson(config.stdout);
  const foreign = findForeign(choice.name, file);
  if (foreign.length > 0) throw invalidInput([refuseForeign(choice, foreign)]);
  const services = readComposeServices(file);
  const names = services.map(({ name }) => name);
  if (names.includes(choice.service)) return createCompose(engine, choice, services, collaborators);
  throw invalidInput([
    {
      subject: 'compose-service',
      given: choice.service,
      expected: `one of ${names.join(', ')}`,
      fix: `Name the service of ${choice.file} whose command is the test.`,
    },
  ]);
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

function createCompose(
  engine: Pick<Engine, 'assertAnswers'>,
  choice: ComposeChoice,
  services: readonly ComposeService[],
  collaborators: EngineCollaborators,
): Compose {
  const { signal } = collaborators;
  const needed = listNeeded(services, choice.service);
  const built = services.filter(
    ({ name, isBuilt }) => isBuilt && [...needed, choice.service].includes(name),
  );
  const run = async (words: readonly string[], doing: string): Promise<FailedBuild | undefined> => {
    const argv = formatCompose(choice, ...words);
    const { exitCode, lines } = await runProgramLogged(argv, doing, collaborators);
    if (exitCode === 0) return undefined;
    await engine.assertAnswers();
    return { state: 'failed', ...explainBuildFailure(lines) };
  };
  return {
    needed,
    build: async () => {
      if (built.length === 0) return undefined;
      return run(['build', ...built.map(({ name }) => name)], 'building the services');
    },
    start: async () => {
      if (needed.length === 0) return undefined;
      return run(['up', '--detach', '--no-build', ...needed], `starting ${needed.join(', ')}`);
    },
    readState: async () => judgeServices(needed, await readContainers(choice)),
    run: async (options, env, wanted) => {
      const { service } = choice;
      const container = `${choice.name}-tests`;
      const argv = formatComposeRun(choice, { ...options, service }, container);
      const doing = `testing in the service ${service}`;
      const { lines } = await runProgramLogged(argv, doing, collaborators, { env });
      const runner = { name: 'docker', assertAnswers: () => engine.assertAnswers() } as const;
      return readEnd(runner, container, lines, wanted, signal);
    },
    readLogs: () => readLogs(choice, needed),
    use: (work) => withRemoval(formatComposeDown(choice), work),
  };
}

async function readContainers({
  name,
}: ComposeProject): Promise<ReturnType<typeof readServiceContainers>> {
  const filter = `label=com.docker.compose.project=${name}`;
  const list = ['container', 'ls', '--all', '--no-trunc', '--quiet', '--filter', filter] as const;
  const { stdout } = await askDocker(list);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  const found = await askDocker(['container', 'inspect', ...ids]);
  return readServiceContainers(tryParseJson(found.stdout));
}

/** Also after a cancellation, when people want them most. */
async function readLogs(
  project: ComposeProject,
  services: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const logs = new Map<string, string>();
  for (const service of services) {
    const argv = formatCompose(project, 'logs', '--no-color', '--no-log-prefix', service);
    const { stdout } = await askProgram(argv);
    logs.set(service, stdout.replaceAll(eraseLine, ''));
  }
  return logs;
}
