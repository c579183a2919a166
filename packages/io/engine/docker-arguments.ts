import type { BuildSecret, ContainerRun, ImageBuild, ImageFacts } from './build-plan.js';

/** What `docker` is started with. */
export type DockerArguments = readonly [string, ...string[]];

/** Which builder of buildx does the work. */
export type BuilderChoice =
  /** One that is there: the one chosen by `docker buildx use` or BUILDX_BUILDER, or the daemon's own. */
  | { readonly kind: 'present'; readonly name: string }
  /** One of driver docker-container, made for this run and removed after it. */
  | { readonly kind: 'own' };

export interface BuilderFacts {
  /** The builder that buildx would take by itself; undefined when it cannot tell. */
  readonly current?: { readonly name: string; readonly driver: string };
  /** Whether the daemon keeps images in containerd, as it has to for its own builder to write a layout. */
  readonly hasContainerdStore: boolean;
}

/**
 * Chooses a builder that can write an OCI layout. Every driver can, except `docker` on a daemon without the
 * containerd image store (https://docs.docker.com/build/builders/drivers/).
 *
 * @example chooseBuilder({ current: { name: 'default', driver: 'docker' }, hasContainerdStore: false }) // { kind: 'own' }
 */
export function chooseBuilder({ current, hasContainerdStore }: BuilderFacts): BuilderChoice {
  if (current !== undefined && current.driver !== 'docker') {
    return { kind: 'present', name: current.name };
  }
  return hasContainerdStore
    ? { kind: 'present', name: current?.name ?? 'default' }
    : { kind: 'own' };
}

/** @example formatCreateBuilder('slipway-1f') // ['buildx', 'create', '--name', 'slipway-1f', '--driver', 'docker-container'] */
export function formatCreateBuilder(name: string): DockerArguments {
  return ['buildx', 'create', '--name', name, '--driver', 'docker-container'];
}

/** Builds into a folder with an OCI image layout, which is all there is: no attestation, nothing in the daemon. */
export function formatLayoutBuild(
  build: ImageBuild & ImageFacts,
  builder: string,
  folder: string,
): DockerArguments {
  const { labels, annotations, platforms, sourceDateEpoch } = build;
  const output = ['type=oci', `dest=${folder}`, 'tar=false'];
  if (sourceDateEpoch !== undefined) output.push('rewrite-timestamp=true');
  return [
    ...formatBuild(build, builder),
    ...labels.flatMap((label) => ['--label', label]),
    ...annotations.flatMap((annotation) => ['--annotation', annotation]),
    ...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
    '--output',
    formatFields(output),
    build.context,
  ];
}

/** Builds an image that the daemon can run, under a name. */
export function formatLoadBuild(build: ImageBuild, builder: string, name: string): DockerArguments {
  return [...formatBuild(build, builder), '--load', '--tag', name, build.context];
}

function formatBuild(build: ImageBuild, builder: string): DockerArguments {
  const { dockerfile, target, buildArgs, secrets, sourceDateEpoch } = build;
  const epoch = sourceDateEpoch === undefined ? [] : [`SOURCE_DATE_EPOCH=${sourceDateEpoch}`];
  return [
    'buildx',
    'build',
    '--builder',
    builder,
    '--progress=plain',
    '--provenance=false',
    '--sbom=false',
    '--file',
    dockerfile,
    ...(target === undefined ? [] : ['--target', target]),
    ...[...epoch, ...buildArgs].flatMap((argument) => ['--build-arg', argument]),
    ...secrets.flatMap((secret) => ['--secret', formatSecret(secret)]),
  ];
}

/** Only the name of a variable or file: the value is seen in no list of processes. */
function formatSecret(secret: BuildSecret): string {
  const source = 'variable' in secret ? `env=${secret.variable}` : `src=${secret.file}`;
  return formatFields([`id=${secret.id}`, source]);
}

/**
 * A container that is there until it is removed, so that it can be asked how it ended. `--init`: what it runs
 * hears the signal that asks it to end.
 */
export function formatRun(run: ContainerRun, name: string, label: string): DockerArguments {
  const { image, command, user, workdir, network, variables, variablesFile, shared } = run;
  const [entrypoint, ...rest] = command ?? [];
  const option = (flag: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [flag, value];
  return [
    'run',
    '--init',
    ...option('--name', name),
    ...option('--label', label),
    ...option('--user', user),
    ...option('--workdir', workdir),
    ...option('--network', network),
    ...shared.flatMap((path) => [
      '--mount',
      formatFields(['type=bind', `src=${path}`, `dst=${path}`]),
    ]),
    ...option('--env-file', variablesFile),
    ...variables.flatMap((variable) => ['--env', variable]),
    ...option('--entrypoint', entrypoint),
    image,
    ...rest,
  ];
}

/** Docker reads such values as one line of CSV (RFC 4180). */
function formatFields(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
