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

/** For each thing that a revert names the places where it is; by header only where no hash is told. */
function createTargetFinder(
  entries: readonly ChangeEntry[],
): (target: RevertTarget, accept: Accept) => readonly (readonly number[])[] {
  const byHash = new Map<string, number[]>();
  const byHeader = new Map<string, number[]>();
  for (const [index, { hash, commit }] of entries.entries()) {
    pushTo(byHash, hash.slice(0, keyDigits), index);
    pushTo(byHeader, stripNumber(commit.header), index);
  }
  return ({ hashes, header }, accept) => {
    if (hashes.length > 0) {
      return hashes.map((hash) =>
        (byHash.get(hash.slice(0, keyDigits)) ?? []).filter(
          (index) => accept(index) && entries[index]?.hash.startsWith(hash) === true,
        ),
      );
    }
    if (header === undefined) return [];
    const newest = byHeader.get(stripNumber(header))?.findLast(accept);
    return [newest === undefined ? [] : [newest]];
  };
}

function pushTo(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [index]);
  else list.push(index);
}

/** The number of its pull request, which GitHub adds to a header. */
function stripNumber(header: string): string {
  return header.replace(/ \(#\d+\)$/, '');
}
