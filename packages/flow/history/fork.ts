import type { Commit } from '@slipway/core/version';
import type { GitRepository, Refs } from '@slipway/io/git';
import type { Checkout } from './place.js';
import { CutOffError } from './scope.js';

/** Where a commit left a release branch. */
export interface Fork {
  readonly at: string;
  /** The newest commit of that branch, as far as this clone knows. */
  readonly tip: string;
}

/**
 * Of a pull request's merge commit it is what it would be merged into; of anything else, where it left a
 * release branch, the nearest one; of a commit that lies on a release branch's own line, the commit itself.
 *
 * @param tips the newest commits of the release branches
 * @param merged what GitHub says was checked out
 */
export async function tryFindFork(
  repository: GitRepository,
  head: Commit,
  checkout: Checkout,
  { tips, merged }: { readonly tips: readonly string[]; readonly merged?: string },
): Promise<Fork | undefined> {
  if (checkout.kind === 'pull-request' && merged === head.hash) {
    const [target, ...others] = head.parents;
    if (target === undefined && repository.isShallow) throw new CutOffError('a merge is cut off');
    if (target !== undefined && others.length > 0) return { at: target, tip: target };
  }
  let nearest: Fork | undefined;
  for (const tip of tips) {
    const at = await repository.tryFindFork(head.hash, tip);
    if (at === undefined && repository.isShallow) throw new CutOffError('a branch is cut off');
    if (at === undefined || at === nearest?.at) continue;
    const isNearer =
      nearest === undefined || (await repository.listUnreached([at], nearest.at)).size > 0;
    if (isNearer) nearest = { at, tip };
  }
  return nearest;
}

/** The newest commits of branches, of this clone and as they were fetched, each once. */
export function listTips({ branches }: Refs, names: readonly string[]): readonly string[] {
  const isNamed = (ref: string): boolean =>
    names.some(
      (name) =>
        ref === `refs/heads/${name}` ||
        (ref.startsWith('refs/remotes/') &&
          ref.slice(ref.indexOf('/', 'refs/remotes/'.length) + 1) === name),
    );
  const found = [...branches].filter(([ref]) => isNamed(ref));
  return [...new Set(found.map(([, hash]) => hash))];
}
