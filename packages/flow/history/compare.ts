import { SlipwayError } from '@slipway/core/errors';
import type { GitRepository } from '@slipway/io/git';
import { CutOffError } from './scope.js';

/** What `isChanged` compares with, beside the last version tag. */
export type CompareWith =
  /** A ref that a user named. */
  | { readonly kind: 'ref'; readonly ref: string }
  /** What is deployed of each service; undefined: nothing yet, and all of it is new. */
  | { readonly kind: 'commits'; readonly commits: ReadonlyMap<string, string | undefined> };

/** Whether a commit is new since then. */
export type IsNew = (hash: string) => boolean;

/**
 * Reads what HEAD adds to a commit, once for each such commit.
 *
 * @returns asked by the name of a service; undefined where there is nothing to compare with
 * @throws SlipwayError `history-incomplete` when the commit is not in this clone
 */
export function createComparer(
  repository: GitRepository,
  head: string,
  compareWith: CompareWith | undefined,
): (service: string) => Promise<IsNew | undefined> {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  const compare = async (ref: string): Promise<IsNew> => {
    const reading = known.get(ref) ?? readAdded(repository, head, ref);
    known.set(ref, reading);
    const added = await reading;
    return (hash) => added.has(hash);
  };
  return async (service) => {
    if (compareWith === undefined) return undefined;
    if (compareWith.kind === 'ref') {
      // GitHub sends zeros where there was nothing before.
      return /^0+$/.test(compareWith.ref) ? undefined : compare(compareWith.ref);
    }
    const commit = compareWith.commits.get(service);
    return commit === undefined ? () => true : compare(commit);
  };
}

async function readAdded(
  repository: GitRepository,
  head: string,
  ref: string,
): Promise<ReadonlySet<string>> {
  const hash =
    (await repository.tryResolve(ref)) ??
    (await repository.tryResolve(`refs/remotes/origin/${ref}`));
  if (hash !== undefined) {
    const range = { to: head, without: [hash] };
    if (repository.isShallow && (await repository.hasRoots(range))) {
      throw new CutOffError('what is compared with is cut off');
    }
    return new Set(await repository.listHashes(range));
  }
  if (repository.isShallow) throw new CutOffError('what is compared with is not there');
  throw new SlipwayError(
    'history-incomplete',
    `the commit to compare with, ${ref}, is not in this clone`,
    { fix: 'Mend the input base; a commit that was overwritten by force is not fetched any more.' },
  );
}
