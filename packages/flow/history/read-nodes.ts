import {
  isUntoldMerge,
  type Brought,
  type Commit,
  type LevelRules,
  type PathIndex,
} from '@slipway/core/version';
import type { CommitRange, GitRepository } from '@slipway/io/git';
import type { Straighten } from './line-commits.js';
import { assertWhole } from './scope.js';

/** A commit of a branch that was merged, or will be. */
export interface Node {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly isTold: boolean;
  /** The places of the services that it touches; a merge touches none by itself. */
  readonly owners: ReadonlySet<number>;
  readonly commit?: Commit;
}

export interface NodeOptions {
  readonly repository: GitRepository;
  readonly index: PathIndex;
  readonly levels: LevelRules;
  readonly straighten?: Straighten;
}

const nobody: ReadonlySet<number> = new Set();

/**
 * All commits of a range, children before their parents.
 *
 * @throws CutOffError where a shallow clone ends before that
 */
export async function readNodes(
  range: CommitRange,
  { repository, index, levels, straighten = (commit) => commit }: NodeOptions,
): Promise<readonly Node[]> {
  const how = { isFirstParent: false, hasPaths: index.needsPaths, roots: [] };
  const nodes: Node[] = [];
  for await (const logged of repository.streamCommits(range, how)) {
    assertWhole(repository.isShallow, logged);
    const straight = straighten(logged);
    const { paths, ...commit } = straight;
    const isMerge = commit.parents.length > 1;
    const isTold = isMerge && straight === logged && !isUntoldMerge(commit, levels);
    const owners = isMerge ? nobody : index.ownersOf(paths);
    const isNeeded = isTold || owners.size > 0;
    const { hash, parents } = commit;
    nodes.push({ ...{ hash, parents, isTold, owners }, ...(isNeeded ? { commit } : {}) });
  }
  return nodes;
}

/** Those that touch a service; a merge that says what it changes does where what it stands for does. */
export function keepOwned(brought: readonly Brought<Node>[], place: number): readonly Commit[] {
  return brought.flatMap(({ commit: { owners, commit }, parts }) => {
    const isOwn = owners.has(place) || parts.some((part) => part.owners.has(place));
    return isOwn && commit !== undefined ? [commit] : [];
  });
}
