import type { ComposeService } from './compose-file.js';
import type { ComposeProgram } from './compose-program.js';

/** A Compose project as its program takes it. */
export interface ComposeProject {
  /** A name that nobody else has: containers, networks and volumes begin with it. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/** How the service with the tests is run. */
export interface ComposeRun {
  readonly service: string;
  /** Names of variables of the environment that the program gets. */
  readonly variables: readonly string[];
  readonly user?: string;
  /** Files and folders of the machine that it sees at the same paths. Absolute. */
  readonly shared: readonly string[];
}

type Words = readonly [string, ...string[]];

const plain = ['--ansi', 'never', '--progress', 'plain'];

/**
 * @param overrides files that change what the first says
 * @example formatCompose({ engine: 'docker', words: ['docker', 'compose'] }, { name: 'slipway-1', file: '/w/compose.yml' }, ['ps'])
 * // ['docker', 'compose', '--project-name', …, 'ps']
 */
export function formatCompose(
  { words }: ComposeProgram,
  { name, file }: ComposeProject,
  command: readonly string[],
  overrides: readonly string[] = [],
): Words {
  const files = [file, ...overrides].flatMap((path) => ['--file', path]);
  return [...words, '--project-name', name, ...files, ...plain, ...command];
}

/** The file as Compose understands it, those services included that start only when they are asked for. */
export const composeConfig = ['--profile', '*', 'config', '--format', 'json'] as const;

/**
 * Runs one service, beside those that were started. No terminal: its output is a log.
 *
 * @example formatComposeRun({ service: 'test', variables: ['CI'], shared: [] }, 'slipway-1-test')
 * // ['run', '--no-deps', '--no-TTY', '--name', 'slipway-1-test', '--env', 'CI', 'test']
 */
export function formatComposeRun(
  { service, variables, user, shared }: ComposeRun,
  container: string,
): readonly string[] {
  return [
    ...['run', '--no-deps', '--no-TTY', '--name', container],
    ...(user === undefined ? [] : ['--user', user]),
    ...variables.flatMap((variable) => ['--env', variable]),
    ...shared.flatMap((path) => ['--volume', `${path}:${path}`]),
    service,
  ];
}

/** Ends and removes all of it: containers, networks, volumes, and images that were built without a name. */
export const composeDown = [
  ...['--profile', '*', 'down', '--volumes', '--remove-orphans'],
  ...['--rmi', 'local', '--timeout', '1'],
] as const;

/**
 * A second file that gives a service variables, whose values so are the service’s alone: Compose itself would
 * heed `DOCKER_HOST` or `PATH`, and lists of processes would show them.
 *
 * @param settings `NAME=value`
 * @example formatOverride('test', ['A=1$']) // '{"services":{"test":{"environment":{"A":"1$$"}}}}'
 */
export function formatOverride(service: string, settings: readonly string[]): string {
  const environment = Object.fromEntries(
    settings.map((line) => {
      const [name = ''] = line.split('=', 1);
      return [name, line.slice(name.length + 1).replaceAll('$', '$$$$')];
    }),
  );
  return JSON.stringify({ services: { [service]: { environment } } });
}

/**
 * A second file that gives containers names of this run, where the first has names for the whole machine; others
 * still find them under those.
 *
 * @returns undefined where there is nothing to say
 * @example formatOwnNames('slipway-1', [{ name: 'db', containerName: 'orders-db', networks: ['default'], … }])
 * // '{"services":{"db":{"container_name":"slipway-1-db-1","networks":{"default":{"aliases":["orders-db"]}}}}}'
 */
export function formatOwnNames(
  project: string,
  services: readonly ComposeService[],
): string | undefined {
  const named = services.flatMap(({ name, containerName, networks }) => {
    if (containerName === undefined) return [];
    const aliases = networks.map((network) => [network, { aliases: [containerName] }] as const);
    const own = { container_name: `${project}-${name}-1` };
    const found = aliases.length === 0 ? {} : { networks: Object.fromEntries(aliases) };
    return [[name, { ...own, ...found }] as const];
  });
  return named.length === 0 ? undefined : JSON.stringify({ services: Object.fromEntries(named) });
}
