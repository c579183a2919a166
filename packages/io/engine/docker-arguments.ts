import type { BuildSecret, ImageBuild, ImageFacts } from './build-plan.js';

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

/**
 * Builds into a folder with an OCI image layout, which is all there is: no attestation, nothing in the daemon. A
 * base image may have layers that are not compressed, which no registry wants: these are compressed, too.
 */
export function formatLayoutBuild(
  build: ImageBuild & ImageFacts,
  builder: string,
  folder: string,
): DockerArguments {
  const { labels, annotations, platforms, cacheTo, sourceDateEpoch } = build;
  const output = ['type=oci', `dest=${folder}`, 'tar=false', ...gzipOnly];
  const levels = platforms.length > 1 ? 'manifest,index:' : '';
  if (sourceDateEpoch !== undefined) output.push('rewrite-timestamp=true');
  return [
    ...formatBuild(build, builder),
    ...labels.flatMap((label) => ['--label', label]),
    ...annotations.flatMap((annotation) => ['--annotation', `${levels}${annotation}`]),
    ...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
    ...cacheTo.flatMap((place) => ['--cache-to', place]),
    '--output',
    formatFields(output),
    build.context,
  ];
}

const gzipOnly = ['compression=gzip', 'force-compression=true'];

/** Builds an image that the daemon can run, under a name. */
export function formatLoadBuild(build: ImageBuild, builder: string, name: string): DockerArguments {
  return [...formatBuild(build, builder), '--load', '--tag', name, build.context];
}

/**
 * Builds with the older builder, which is all that docker has without buildx; the image has no name.
 *
 * @param idFile takes the ID of the image
 */
export function formatClassicBuild(
  build: ImageBuild & Partial<ImageFacts>,
  idFile: string,
): DockerArguments {
  const { dockerfile, target, buildArgs, labels = [], sourceDateEpoch, context } = build;
  const epoch = sourceDateEpoch === undefined ? [] : [`SOURCE_DATE_EPOCH=${sourceDateEpoch}`];
  return [
    'build',
    '--force-rm',
    '--file',
    dockerfile,
    ...(target === undefined ? [] : ['--target', target]),
    ...[...epoch, ...buildArgs].flatMap((argument) => ['--build-arg', argument]),
    ...labels.flatMap((label) => ['--label', label]),
    '--iidfile',
    idFile,
    context,
  ];
}

function formatBuild(build: ImageBuild, builder: string): DockerArguments {
  const { dockerfile, target, buildArgs, secrets, cacheFrom, sourceDateEpoch } = build;
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
    ...cacheFrom.flatMap((place) => ['--cache-from', place]),
  ];
}

/** Only the name of a variable or file: the value is seen in no list of processes. */
function formatSecret(secret: BuildSecret): string {
  const source = 'variable' in secret ? `env=${secret.variable}` : `src=${secret.file}`;
  return formatFields([`id=${secret.id}`, source]);
}

/** Docker and podman read such values as one line of CSV (RFC 4180). */
export function formatFields(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
