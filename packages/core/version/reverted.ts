import type { ChangeEntry } from './commit-level.js';
import type { RevertTarget } from './commit-message.js';

/** What every written form of a hash has. */
const keyDigits = 7;

/**
 * What is left of some changes when those that were taken back are left out, with the reverts that took them back;
 * a revert that was itself reverted took nothing back. A revert of what is not among them stays.
 *
 * @param entries oldest first
 * @example dropReverted([feat, fix, revertOfFeat]) // [fix]
 */
export function dropReverted(entries: readonly ChangeEntry[]): readonly ChangeEntry[] {
  const find = createTargetFinder(entries);
  const dropped = new Set<number>();
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const reverts = entries[index]?.commit.reverts;
    if (reverts === undefined || dropped.has(index)) continue;
    const targets = find(reverts, (target) => target < index && !dropped.has(target));
    for (const target of targets.flat()) dropped.add(target);
    if (targets.length > 0 && targets.every((found) => found.length > 0)) dropped.add(index);
  }
  return entries.filter((_entry, index) => !dropped.has(index));
}

type Accept = (index: number) => boolean;

/** The places of a commit, or of all that a merge or squash brought. */
interface Group {
  readonly hash: string;
  readonly members: number[];
}

/**
 * For each thing that a revert names the places where it is. Where none of its hashes is here, as after a rebase, its
 * header counts: the newest commit, or merge, with that.
 */
function createTargetFinder(
  entries: readonly ChangeEntry[],
): (target: RevertTarget, accept: Accept) => readonly (readonly number[])[] {
  const byHash = new Map<string, Group[]>();
  const byHeader = new Map<string, Group[]>();
  for (const [index, { hash, commit, broughtBy }] of entries.entries()) {
    const names = [{ hash, headers: [commit.header] }, ...(broughtBy ? [broughtBy] : [])];
    for (const name of names) {
      addTo(byHash, name.hash.slice(0, keyDigits), name.hash, index);
      for (const header of name.headers) addTo(byHeader, stripNumber(header), name.hash, index);
    }
  }
  const findHash = (hash: string): readonly Group[] =>
    (byHash.get(hash.slice(0, keyDigits)) ?? []).filter((group) => group.hash.startsWith(hash));
  return ({ hashes, header }, accept) => {
    const named = hashes.map(findHash);
    if (named.some((groups) => groups.length > 0)) {
      return named.map((groups) => groups.flatMap(({ members }) => members.filter(accept)));
    }
    if (header === undefined) return hashes.map(() => []);
    const newest = byHeader
      .get(stripNumber(header))
      ?.findLast(({ members }) => members.some(accept));
    return [newest?.members.filter(accept) ?? []];
  };
}

function addTo(groups: Map<string, Group[]>, key: string, hash: string, index: number): void {
  const list = groups.get(key) ?? [];
  groups.set(key, list);
  const last = list.at(-1);
  if (last?.hash !== hash) list.push({ hash, members: [index] });
  else if (last.members.at(-1) !== index) last.members.push(index);
}

/** The number of its pull request, which GitHub adds to a header. */
function stripNumber(header: string): string {
  return header.replace(/ \(#\d+\)$/, '');
}
