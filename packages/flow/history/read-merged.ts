import {
  createPathIndex,
  groupMergedCommits,
  type Brought,
  type Commit,
} from '@slipway/core/version';
import { keepOwned, readNodes, type Node, type NodeOptions } from './read-nodes.js';
import type { Scope } from './scope.js';
import type { FoundLine, TrackItem } from './track.js';

/** What a merge brings to a service, oldest first. */
export type Merged = (place: number, merge: Commit) => readonly Commit[];

/**
 * Looks into the merges that do not say what they change: what each of them brings, and nothing before it on the
 * line did. A release that lies beside the line had its commits already.
 */
export async function readMerged(
  scopes: readonly Scope[],
  lines: readonly FoundLine[],
  options: Omit<NodeOptions, 'index'>,
): Promise<Merged> {
  const index = createPathIndex(scopes.map(({ paths }) => paths));
  const mergesOf = lines.map(({ items }) => items.filter((item) => item.kind === 'merge'));
  const onLine = mergesOf.filter((_merges, place) => lines[place]?.base === undefined).flat();
  const shared = await readGroups({ ...options, index }, onLine, []);
  const own = new Map<number, Groups>();
  for (const [place, { base }] of lines.entries()) {
    const merges = mergesOf[place] ?? [];
    if (base !== undefined) {
      own.set(place, await readGroups({ ...options, index }, merges, [base.hash]));
    }
  }
  return (place, merge) => {
    const found = (own.get(place) ?? shared).get(merge.hash) ?? [];
    return keepOwned(found, place);
  };
}

type Groups = ReadonlyMap<string, readonly Brought<Node>[]>;
type MergeItem = TrackItem & { readonly kind: 'merge' };

/** @param merges of one line */
async function readGroups(
  options: NodeOptions,
  merges: readonly MergeItem[],
  beside: readonly string[],
): Promise<Groups> {
  const [newest, ...rest] = merges.toSorted((a, b) => a.position - b.position);
  if (newest === undefined) return new Map();
  const oldest = rest.at(-1) ?? newest;
  const range = {
    to: newest.commit.hash,
    without: [...oldest.commit.parents.slice(0, 1), ...beside],
  };
  return groupMergedCommits(newest.commit.hash, await readNodes(range, options));
}
