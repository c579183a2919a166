import { posix } from 'node:path';

/** Where the sources of a container came from. */
export interface SourceRoots {
  /** The container's working directory. */
  readonly workdir: string;
  /** The folder of the workspace whose content is there, relative to the root of the repository. */
  readonly folder: string;
  /** The workspace on this machine, which a container that shares it sees too. */
  readonly workspace: string;
}

/**
 * The files of the workspace that a test tool in a container may mean by a path, likeliest first.
 *
 * @example listPlaces('/app/test/a.test.js', { workdir: '/app', folder: 'services/orders', workspace: '/w' }) // ['services/orders/test/a.test.js']
 */
export function listPlaces(
  file: string,
  { workdir, folder, workspace }: SourceRoots,
): readonly string[] {
  const path = posix.normalize(file);
  const places = path.startsWith('/')
    ? [
        ...below(workspace, path),
        ...below(workdir, path).map((inside) => posix.join(folder, inside)),
      ]
    : [posix.join(folder, path), path];
  return [...new Set(places)].filter((place) => place !== '' && !place.startsWith('..'));
}

function below(folder: string, path: string): readonly string[] {
  const inside = posix.relative(folder, path);
  return inside.startsWith('..') ? [] : [inside];
}
