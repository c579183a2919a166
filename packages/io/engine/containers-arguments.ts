import type { BuildSecret, ImageBuild, ImageFacts } from './build-plan.js';
import { parseCachePlace } from './cache-place.js';

/** podman and buildah build with the same code, and take the same arguments. */
export type ContainersProgram = 'podman' | 'buildah';

type Argv = readonly [string, ...string[]];

/** What a build ends as: an image without a name, or a list of images for several platforms. */
export type BuildTarget =
  | { readonly kind: 'image'; readonly idFile: string }
  | { readonly kind: 'list'; readonly name: string };

/**
 * Builds into the storage of the engine. Every step stays there as its cache, and no container of one that failed, as
 * podman does by itself; images are OCI's, also where somebody chose Docker's format.
 */
export function formatContainersBuild(
  program: ContainersProgram,
  build: ImageBuild & Partial<ImageFacts>,
  target: BuildTarget,
): Argv {
  const { labels = [], annotations = [], platforms = [], cacheFrom, cacheTo = [] } = build;
  const { sourceDateEpoch, target: stage } = build;
  const epoch = sourceDateEpoch === undefined ? [] : [`SOURCE_DATE_EPOCH=${sourceDateEpoch}`];
  return [
    program,
    'build',
    '--format=oci',
    '--layers',
    '--force-rm',
    '--file',
    build.dockerfile,
    ...(stage === undefined ? [] : ['--target', stage]),
    ...[...epoch, ...build.buildArgs].flatMap((argument) => ['--build-arg', argument]),
    ...build.secrets.flatMap((secret) => ['--secret', formatSecret(secret)]),
    ...cacheFrom.flatMap((place) => ['--cache-from', repositoryOf(place)]),
    ...cacheTo.flatMap((place) => ['--cache-to', repositoryOf(place)]),
    ...(sourceDateEpoch === undefined ? [] : ['--timestamp', String(sourceDateEpoch)]),
    ...labels.flatMap((label) => ['--label', label]),
    ...annotations.flatMap((annotation) => ['--annotation', annotation]),
    ...(platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
    ...(target.kind === 'image' ? ['--iidfile', target.idFile] : ['--manifest', target.name]),
    build.context,
  ];
}

/** Writes an image, or all that a list has, as an OCI layout: `push` compresses layers where `save` does not. */
export function formatLayoutPush(
  program: ContainersProgram,
  image: { readonly kind: BuildTarget['kind']; readonly name: string },
  folder: string,
): Argv {
  const list = image.kind === 'list' ? (['manifest', 'push', '--all'] as const) : ['push'];
  const format = image.kind === 'list' ? [] : ['--format=oci'];
  return [program, ...list, ...format, image.name, `oci:${folder}`];
}

/** Only the name of a variable or file: the value is seen in no list of processes. */
function formatSecret(secret: BuildSecret): string {
  const source = 'variable' in secret ? `env=${secret.variable}` : `src=${secret.file}`;
  return `id=${secret.id},${source}`;
}

/** They take a repository without a tag, and name each step in it. */
function repositoryOf(place: string): string {
  const reference = parseCachePlace(place).fields.get('ref') ?? place;
  return reference.replace(/(?:@[^@]*|:[^:/]*)$/, '');
}
