import { tryParsePulledMerge, type Commit } from '@slipway/core/version';
import type { CommitRange, GitRepository, LoggedCommit, LogOptions } from '@slipway/io/git';

/** Puts the parent first that a commit goes on from. */
export type Straighten = <T extends Commit>(commit: T) => T;

export interface StraightenOptions {
  /** The branch that a line is of. */
  readonly branch: string;
  /** Whether an address is that of the repository itself, and not of a fork of it. */
  readonly isOwnUrl: (url: string) => boolean;
}

/**
 * Who commits to main and then pulls it makes a merge whose first parent is their own commit, and whose second one is
 * what main was. Main goes on from the second one, and what is brought is their commit. Such a merge is on the line of
 * the branch that it says it merges.
 */
export function createStraightener({ branch, isOwnUrl }: StraightenOptions): Straighten {
  return (commit) => {
    const [first, second] = commit.parents;
    if (commit.parents.length !== 2 || first === undefined || second === undefined) return commit;
    const pulled = tryParsePulledMerge(commit.message);
    if (pulled?.branch !== branch) return commit;
    if (pulled.from !== undefined && !isOwnUrl(pulled.from)) return commit;
    return { ...commit, parents: [second, first] };
  };
}

/**
 * Visits the commits of a line, newest first, each with the parent first that the line goes on from.
 *
 * @param visit says whether it goes on
 * @returns the commit that would have been next, where it does not
 */
export async function walkLine(
  repository: GitRepository,
  range: CommitRange,
  {
    straighten,
    ...how
  }: Pick<LogOptions, 'hasPaths' | 'roots'> & { readonly straighten: Straighten },
  visit: (commit: LoggedCommit) => boolean,
): Promise<string | undefined> {
  for (let from: string | undefined = range.to; from !== undefined;) {
    const options = { ...how, isFirstParent: true };
    const commits = repository.streamCommits({ ...range, to: from }, options);
    from = undefined;
    for await (const commit of commits) {
      const straight = straighten(commit);
      if (straight === commit) {
        if (visit(commit)) continue;
        return commit.parents[0];
      }
      const [before = ''] = straight.parents;
      const paths = how.hasPaths ? await repository.listChanged(before, straight.hash) : [];
      if (!visit({ ...straight, paths })) return before;
      from = before;
      break;
    }
  }
  return undefined;
}
