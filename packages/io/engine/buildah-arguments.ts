import type { ContainerRun, Mount } from './build-plan.js';

/** A variable that a container gets. */
export type Variable = readonly [name: string, value: string];

/**
 * Reads a file with lines `NAME=value`, as docker and podman do by themselves.
 *
 * @example parseVariables('# none\nA=1\nB=2=3\n', '\n') // [['A', '1'], ['B', '2=3']]
 */
export function parseVariables(text: string, end: '\n' | '\0'): readonly Variable[] {
  return text.split(end).flatMap((line): readonly Variable[] => {
    const at = line.indexOf('=');
    return at < 1 || line.startsWith('#') ? [] : [[line.slice(0, at), line.slice(at + 1)]];
  });
}

/**
 * A script that sets variables: buildah takes values on its command line only, which everybody on the machine may
 * read.
 *
 * @example formatVariables([['A', "it's"]]) // "export A='it'\\''s'\n"
 */
export function formatVariables(variables: readonly Variable[]): string {
  const quote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
  return variables.map(([name, value]) => `export ${name}=${quote(value)}\n`).join('');
}

/** A command, with what is set before it. */
export interface BuildahCommand {
  /** As `buildah from` calls the container. */
  readonly container: string;
  readonly command: readonly string[];
  /** Seen by everybody: paths that the container shares. */
  readonly variables: readonly Variable[];
  /** A file with a script that sets all others. */
  readonly script?: string;
}

/**
 * How buildah runs a command in a container that it has made.
 *
 * @example formatBuildahRun({ container: 'c', command: ['npm', 'test'], variables: [] }, { … })
 * // ['buildah', 'run', 'c', '--', 'npm', 'test']
 */
export function formatBuildahRun(
  { container, command, variables, script }: BuildahCommand,
  { user, workdir, network, shared, mounts = [] }: Omit<ContainerRun, 'image' | 'variables'>,
): readonly [string, ...string[]] {
  const option = (flag: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [flag, value];
  return [
    'buildah',
    'run',
    ...option('--user', user),
    ...option('--workingdir', workdir),
    ...option('--network', network),
    ...shared.flatMap((path) => ['--volume', `${path}:${path}`]),
    ...mounts.flatMap((mount) => ['--volume', formatMount(mount)]),
    ...option('--volume', script && `${script}:${script}:ro`),
    ...variables.flatMap((variable) => ['--env', variable.join('=')]),
    container,
    '--',
    ...(script === undefined ? [] : ['sh', '-c', '. "$0"; exec "$@"', script]),
    ...command,
  ];
}

/** buildah has no volumes: none is asked for. */
function formatMount(mount: Mount): string {
  if (mount.kind === 'volume') return `${mount.name}:${mount.target}`;
  return `${mount.source}:${mount.target}${mount.kind === 'file' ? ':ro' : ''}`;
}
