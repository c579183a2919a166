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

/** @example formatCompose({ name: 'slipway-1', file: '/w/compose.yml' }, 'ps') // ['docker', 'compose', '--project-name', …, 'ps'] */
export function formatCompose({ name, file }: ComposeProject, ...rest: readonly string[]): Words {
  const plain = ['--ansi', 'never', '--progress', 'plain'];
  return ['docker', 'compose', '--project-name', name, '--file', file, ...plain, ...rest];
}

/** The file as Compose understands it, those services included that start only when they are asked for. */
export function formatComposeConfig(project: ComposeProject): Words {
  return formatCompose(project, '--profile', '*', 'config', '--format', 'json');
}

/**
 * Runs one service, beside those that were started. No terminal: its output is a log.
 *
 * @example formatComposeRun(project, { service: 'test', variables: ['CI'], shared: [] }, 'slipway-1-test')
 */
export function formatComposeRun(
  project: ComposeProject,
  { service, variables, user, shared }: ComposeRun,
  container: string,
): Words {
  return formatCompose(
    project,
    ...['run', '--no-deps', '--no-TTY', '--name', container],
    ...(user === undefined ? [] : ['--user', user]),
    ...variables.flatMap((variable) => ['--env', variable]),
    ...shared.flatMap((path) => ['--volume', `${path}:${path}`]),
    service,
  );
}

/** Ends and removes all of it: containers, networks, volumes, and images that were built without a name. */
export function formatComposeDown(project: ComposeProject): Words {
  return formatCompose(
    project,
    ...['--profile', '*', 'down', '--volumes', '--remove-orphans'],
    ...['--rmi', 'local', '--timeout', '1'],
  );
}
