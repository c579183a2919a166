import {
  computeChange,
  createPathIndex,
  type Change,
  type LevelRules,
} from '@slipway/core/version';
import type { CommitRange, GitRepository } from '@slipway/io/git';
import { assertWhole, type Scope } from './scope.js';

/**
 * All changes of a range by themselves, oldest first: what a branch brings, however it was merged together.
 *
 * @returns a list for each scope
 * @throws CutOffError where a shallow clone ends before that
 */
export async function readOwnChanges(
  repository: GitRepository,
  range: CommitRange,
  scopes: readonly Scope[],
  levels: LevelRules,
): Promise<readonly (readonly Change[])[]> {
  const index = createPathIndex(scopes.map(({ paths }) => paths));
  const found = scopes.map((): Change[] => []);
  const how = { isFirstParent: false, hasPaths: index.needsPaths, roots: [] };
  for await (const commit of repository.streamCommits(range, how)) {
    assertWhole(repository.isShallow, commit);
    if (commit.parents.length > 1) continue;
    const owners = index.ownersOf(commit.paths);
    if (owners.size === 0) continue;
    const change = computeChange(commit, [], levels);
    for (const place of owners) found[place]?.push(change);
  }
  return found.map((changes) => changes.toReversed());
}
