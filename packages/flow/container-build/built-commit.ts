import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { SlipwayError } from '@slipway/core/errors';
import { openRepository } from '@slipway/io/git';
import type { Runtime } from '../runtime/index.js';
import type { ImagePlan, SourcePlan } from './build-plan.js';

/** Of which the checkout is, and when it was made. */
export interface BuiltCommit {
  readonly hash: string;
  /** Since 1970. */
  readonly seconds: number;
  /** Files that are built and are not as the commit has them. Relative to the root of the repository. */
  readonly changed: readonly string[];
  /** Where the checkout was fetched from, for people. */
  readonly webUrl?: string;
}

/**
 * The commit that an image is built of, and how far it is that.
 *
 * @returns undefined outside of a repository, and of one that cannot be read
 */
export async function tryReadBuiltCommit(
  source: SourcePlan,
  image: ImagePlan,
  { workspace, signal }: Pick<Runtime, 'workspace' | 'signal'>,
): Promise<BuiltCommit | undefined> {
  try {
    const repository = await openRepository(workspace, { signal });
    const commit = await repository.tryReadCommit('HEAD');
    if (commit === undefined) return undefined;
    const [folder, root] = [await realpath(workspace), repository.root];
    const inRepository = (paths: readonly string[]): readonly string[] =>
      paths
        .map((path) => relative(root, resolve(folder, relative(workspace, path))))
        .filter((path) => !path.startsWith('..') && !isAbsolute(path));
    const built = inRepository([source.context, source.dockerfile]);
    const made = inRepository([image.layout, image.evidence, image.provenance]);
    const [changed, remote] = await Promise.all([
      repository.listUncommitted(built, made),
      repository.tryFindRemote(),
    ]);
    return {
      hash: commit.hash,
      seconds: commit.seconds,
      changed,
      ...(remote?.webUrl === undefined ? {} : { webUrl: remote.webUrl }),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}
