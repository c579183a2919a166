import type { ContainerRun, Mount } from './build-plan.js';
import { formatFields } from './docker-arguments.js';

/** A program that runs containers, and what has to be known of it. */
export interface ContainerProgram {
  readonly name: 'docker' | 'podman';
  /** podman without root: the user of this machine is another one inside unless it is told to be the same. */
  readonly keepsUser?: boolean;
}

/**
 * A container that is there until it is removed, so that it can be asked how it ended. `--init`: what it runs
 * hears the signal that asks it to end.
 *
 * @example formatRun({ name: 'docker' }, { image: 'node:24', variables: [], shared: [] }, 'slipway-1', 'l=1')
 * // ['docker', 'run', '--init', '--name', 'slipway-1', '--label', 'l=1', 'node:24']
 */
export function formatRun(
  program: ContainerProgram,
  run: ContainerRun,
  name: string,
  label: string,
): readonly [string, ...string[]] {
  const { image, command, user, workdir, network, variables, variablesFile, shared } = run;
  const [entrypoint, ...rest] = command ?? [];
  const option = (flag: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [flag, value];
  return [
    program.name,
    'run',
    '--init',
    ...(program.name === 'podman' ? podmanOptions(program, run) : []),
    ...option('--name', name),
    ...option('--label', label),
    ...option('--user', user),
    ...option('--workdir', workdir),
    ...option('--network', network),
    ...shared.flatMap((path) => [
      '--mount',
      formatFields(['type=bind', `src=${path}`, `dst=${path}`]),
    ]),
    ...(run.mounts ?? []).flatMap((mount) => ['--mount', formatMount(mount)]),
    ...option('--env-file', variablesFile),
    ...variables.flatMap((variable) => ['--env', variable]),
    ...option('--entrypoint', entrypoint),
    image,
    ...rest,
  ];
}

function formatMount(mount: Mount): string {
  const { kind, target } = mount;
  if (kind === 'volume') return formatFields(['type=volume', `src=${mount.name}`, `dst=${target}`]);
  const fields = ['type=bind', `src=${mount.source}`, `dst=${target}`];
  return formatFields(kind === 'file' ? [...fields, 'readonly'] : fields);
}

/**
 * What is shared keeps its labels on a machine with SELinux: to let the container read them is less than to
 * change them for good. Who hears no signal is not waited for: GitHub leaves a cancelled step ten seconds.
 */
function podmanOptions({ keepsUser }: ContainerProgram, { user, shared }: ContainerRun) {
  return [
    '--stop-timeout=1',
    ...(keepsUser === true && user !== undefined ? ['--userns=keep-id'] : []),
    ...(shared.length === 0 ? [] : ['--security-opt=label=disable']),
  ];
}
