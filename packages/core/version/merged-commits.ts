import type { Commit } from './commit-level.js';

type Node = Pick<Commit, 'hash' | 'parents'> & {
  /** Whether it is a merge that says what it changes. */
  readonly isTold: boolean;
};

/** A commit that a merge brings. */
export interface Brought<T> {
  readonly commit: T;
  /** What it stands for where it is a merge that says what it changes; else empty. */
  readonly parts: readonly T[];
}

/**
 * Which commits each merge of a line brings: what its other parents reach and nothing before it on the line
 * does, oldest first. Among these a merge that says what it changes stands for what only it brings, as on the line.
 *
 * @param tip the newest commit of the line
 * @param all every commit of the range, by hash, in the order that git lists them: children before their parents
 * @example groupMergedCommits('m', all).get('m') // the commits of the branch that m merged
 */
export function groupMergedCommits<T extends Node>(
  tip: string,
  all: readonly T[],
): ReadonlyMap<string, readonly Brought<T>[]> {
  const graph = createGraph(all);
  const line = listFirstParents(tip, graph);
  const seen = new Set(line.map(({ hash }) => hash));
  return new Map(
    line.map(({ hash, parents }) => [hash, takeBrought(parents.slice(1), graph, seen)]),
  );
}

/**
 * What a branch adds, oldest first, by the same rule.
 *
 * @param tip the newest commit of the branch
 * @param all every commit of the range, children before their parents
 */
export function listAddedCommits<T extends Node>(
  tip: string,
  all: readonly T[],
): readonly Brought<T>[] {
  return takeBrought([tip], createGraph(all), new Set());
}

interface Graph<T> {
  readonly all: readonly T[];
  readonly byHash: ReadonlyMap<string, T>;
  /** The place in `all`. */
  readonly age: ReadonlyMap<string, number>;
}

function createGraph<T extends Node>(all: readonly T[]): Graph<T> {
  return {
    all,
    byHash: new Map(all.map((commit) => [commit.hash, commit])),
    age: new Map(all.map(({ hash }, index) => [hash, index])),
  };
}

/** Oldest first. */
function listFirstParents<T extends Node>(tip: string, { byHash }: Graph<T>): readonly T[] {
  const line: T[] = [];
  for (let commit = byHash.get(tip); commit !== undefined;) {
    line.push(commit);
    commit = byHash.get(commit.parents[0] ?? '');
  }
  return line.toReversed();
}

/** What can be reached from here and was not `seen` before; it is now, also what others stand for. */
function takeBrought<T extends Node>(
  from: readonly string[],
  graph: Graph<T>,
  seen: Set<string>,
): readonly Brought<T>[] {
  const found = listReachable(from, graph, seen, ({ parents }) => parents);
  if (!found.some(({ isTold }) => isTold)) {
    for (const { hash } of found) seen.add(hash);
    return sortOldest(found, graph).map((commit) => ({ commit, parts: [] }));
  }
  const within = new Set(found.map(({ hash }) => hash));
  const counted = listReachable(from, graph, seen, ({ parents, isTold }) =>
    isTold ? parents.slice(0, 1) : parents,
  );
  for (const { hash } of found) seen.add(hash);
  return sortOldest(counted, graph).map((commit) => ({
    commit,
    parts: commit.isTold ? listParts(commit, graph, within) : [],
  }));
}

function listReachable<T extends Node>(
  from: readonly string[],
  { byHash }: Graph<T>,
  seen: ReadonlySet<string>,
  parentsOf: (commit: T) => readonly string[],
): readonly T[] {
  const found = new Map<string, T>();
  const open = [...from];
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    const commit = seen.has(hash) || found.has(hash) ? undefined : byHash.get(hash);
    if (commit === undefined) continue;
    found.set(hash, commit);
    open.push(...parentsOf(commit));
  }
  return [...found.values()];
}

function sortOldest<T extends Node>(found: readonly T[], { age }: Graph<T>): readonly T[] {
  const ageOf = ({ hash }: T): number => age.get(hash) ?? 0;
  return found.toSorted((a, b) => ageOf(b) - ageOf(a));
}

/** What the other parents of a merge reach and its first one does not; read no further back than that goes. */
function listParts<T extends Node>(
  { hash, parents: [line = '', ...others] }: T,
  { all, age }: Graph<T>,
  within: ReadonlySet<string>,
): readonly T[] {
  const parts: T[] = [];
  const isBrought = new Map<string, boolean>();
  let open = 0;
  const mark = (parent: string, isOne: boolean): void => {
    const was = isBrought.get(parent);
    if (!within.has(parent) || was === false || was === isOne) return;
    isBrought.set(parent, isOne);
    if (isOne) open += 1;
    else if (was === true) open -= 1;
  };
  mark(line, false);
  for (const other of others) mark(other, true);
  for (let index = (age.get(hash) ?? 0) + 1; index < all.length && open > 0; index += 1) {
    const commit = all[index];
    const isOne = commit === undefined ? undefined : isBrought.get(commit.hash);
    if (commit === undefined || isOne === undefined) continue;
    if (isOne) parts.push(commit);
    if (isOne) open -= 1;
    for (const parent of commit.parents) mark(parent, isOne);
  }
  return parts;
}
