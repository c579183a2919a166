import {
  computeChange,
  createPathIndex,
  listAddedCommits,
  type Change,
  type LevelRules,
} from '@slipway/core/version';
import type { CommitRange, GitRepository } from '@slipway/io/git';
import { keepOwned, readNodes } from './read-nodes.js';
import type { Scope } from './scope.js';

/**
 * All changes of a range by themselves, oldest first: what a branch brings, however it was merged together. A merge
 * that says what it changes stands for what it brought.
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
  const nodes = await readNodes(range, { repository, index, levels });
  const added = listAddedCommits(range.to, nodes);
  return scopes.map((_scope, place) =>
    keepOwned(added, place).map((commit) => computeChange(commit, [], levels)),
  );
}
