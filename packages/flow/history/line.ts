import {
  computeChange,
  groupMergedCommits,
  isRelease,
  isUntoldMerge,
  type Change,
  type Commit,
  type LevelRules,
  type VersionTag,
} from '@slipway/core/version';
import type { CommitRange, GitRepository, PathPattern } from '@slipway/io/git';

/** The commits of one service up to a commit, along the first-parent line. */
export interface Line {
  /** The newest release that it contains and that is not its last commit's own. */
  readonly base?: VersionTag;
  /** The tags of its last commit, or of later ones that do not touch the service; highest version first. */
  readonly names: readonly VersionTag[];
  /** Those since `base` that touch the service, oldest first. */
  readonly changes: readonly Change[];
}

/** What belongs to a service, and what its commits mean. */
export interface Scope {
  /** All tags that name versions of it, highest version first. */
  readonly tags: readonly VersionTag[];
  /** Empty: the whole repository. */
  readonly paths: readonly PathPattern[];
  readonly levels: LevelRules;
}

/**
 * Reads the line that ends at a commit.
 *
 * @returns undefined when no commit of it touches the service
 */
export async function tryReadLine(
  repository: GitRepository,
  at: string,
  scope: Scope,
): Promise<Line | undefined> {
  const { tags, paths, levels } = scope;
  const last = await repository.tryFindLastCommit({ to: at, paths });
  if (last === undefined) return undefined;
  const contained = await repository.listMergedTagNames(last);
  const reached = last === at ? contained : await repository.listMergedTagNames(at);
  const names = tags.filter(
    ({ name, hash }) => hash === last || (reached.has(name) && !contained.has(name)),
  );
  const base = tags.find(
    ({ name, hash, version }) => isRelease(version) && contained.has(name) && hash !== last,
  );
  const from = base === undefined ? {} : { from: base.hash };
  const changes = await readChanges(repository, { ...from, to: last, paths }, levels);
  return { names, changes, ...(base === undefined ? {} : { base }) };
}

/** All changes of a range by themselves, oldest first: what a branch brings, however it was merged together. */
export async function readOwnChanges(
  repository: GitRepository,
  range: CommitRange,
  levels: LevelRules,
): Promise<readonly Change[]> {
  const [commits, touching] = await Promise.all([
    repository.listCommits({ ...range, paths: [] }),
    repository.listTouchingHashes(range),
  ]);
  return commits
    .filter(({ hash }) => touching.has(hash))
    .toReversed()
    .map((commit) => computeChange(commit, [], levels));
}

async function readChanges(
  repository: GitRepository,
  range: CommitRange,
  levels: LevelRules,
): Promise<readonly Change[]> {
  const commits = await repository.listFirstParentCommits(range);
  const merged = commits.some(isUntoldMerge)
    ? await readMerged(repository, range)
    : new Map<string, readonly Commit[]>();
  return commits.map((commit) => computeChange(commit, merged.get(commit.hash) ?? [], levels));
}

async function readMerged(
  repository: GitRepository,
  range: CommitRange,
): Promise<ReadonlyMap<string, readonly Commit[]>> {
  const [all, touching] = await Promise.all([
    repository.listCommits({ ...range, paths: [] }),
    repository.listTouchingHashes(range),
  ]);
  const groups = [...groupMergedCommits(range.to, all)].map(
    ([hash, commits]): [string, readonly Commit[]] => [
      hash,
      commits.filter((commit) => touching.has(commit.hash)),
    ],
  );
  return new Map(groups);
}
