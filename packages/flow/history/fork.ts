import type { GitRepository } from '@slipway/io/git';
import { walkLine, type Straighten } from './line-commits.js';
import type { LinePlace } from './place.js';
import { CutOffError } from './scope.js';
import type { Tip } from './tips.js';

/** Where a commit left a branch that makes releases. */
export interface Fork {
  readonly at: string;
  readonly place: LinePlace;
}

/**
 * Where a commit left one of some branches, the nearest one, and of several that are as near the first; of a commit
 * that lies on such a branch's own line, the commit itself.
 *
 * @throws CutOffError where a shallow clone ends before that
 */
export async function tryFindFork(
  repository: GitRepository,
  commit: string,
  tips: readonly Tip[],
  straightenOf: (place: LinePlace) => Straighten,
): Promise<Fork | undefined> {
  let nearest: Fork | undefined;
  for (const { hash, place } of tips) {
    const at = await tryFindLeft(repository, commit, hash, straightenOf(place));
    if (at === undefined && repository.isShallow) throw new CutOffError('a branch is cut off');
    if (at === undefined || at === nearest?.at) continue;
    const isNearer =
      nearest === undefined || (await repository.listUnreached([at], nearest.at)).size > 0;
    if (isNearer) nearest = { at, place };
  }
  return nearest;
}

/** The newest commit of a line that a commit contains; undefined when they share none. */
async function tryFindLeft(
  repository: GitRepository,
  commit: string,
  tip: string,
  straighten: Straighten,
): Promise<string | undefined> {
  if (commit === tip) return tip;
  let at: string | undefined = tip;
  const range = { to: tip, without: [commit] };
  await walkLine(repository, range, { hasPaths: false, roots: [], straighten }, ({ parents }) => {
    at = parents[0];
    return true;
  });
  return at;
}
