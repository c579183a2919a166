import type { Commit } from './commit-level.js';

type Node = Pick<Commit, 'hash' | 'parents'>;

/**
 * Which commits each merge of a line brings: what its other parents reach and nothing before it on the line
 * does, oldest first.
 *
 * @param tip the newest commit of the line
 * @param all every commit of the range, by hash, in the order that git lists them: newest first
 * @example groupMergedCommits('m', all).get('m') // the commits of the branch that m merged
 */
export function groupMergedCommits<T extends Node>(
  tip: string,
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const byHash = new Map(all.map((commit) => [commit.hash, commit]));
  const age = new Map(all.map(({ hash }, index) => [hash, index]));
  const line = listFirstParents(tip, byHash);
  const seen = new Set(line.map(({ hash }) => hash));
  const groups = line.map(({ hash, parents }): [string, readonly T[]] => {
    const found = takeReachable(parents.slice(1), byHash, seen);
    const ageOf = (commit: T): number => age.get(commit.hash) ?? 0;
    return [hash, found.toSorted((a, b) => ageOf(b) - ageOf(a))];
  });
  return new Map(groups);
}

/** Oldest first. */
function listFirstParents<T extends Node>(
  tip: string,
  byHash: ReadonlyMap<string, T>,
): readonly T[] {
  const line: T[] = [];
  for (let commit = byHash.get(tip); commit !== undefined;) {
    line.push(commit);
    commit = byHash.get(commit.parents[0] ?? '');
  }
  return line.toReversed();
}

/** What can be reached from here and was not `seen` before; it is now. */
function takeReachable<T extends Node>(
  from: readonly string[],
  byHash: ReadonlyMap<string, T>,
  seen: Set<string>,
): readonly T[] {
  const found: T[] = [];
  const open = [...from];
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    const commit = seen.has(hash) ? undefined : byHash.get(hash);
    if (commit === undefined) continue;
    seen.add(hash);
    found.push(commit);
    open.push(...commit.parents);
  }
  return found;
}
