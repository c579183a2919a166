import {
  createPathIndex,
  groupMergedCommits,
  type Commit,
  type PathIndex,
} from '@slipway/core/version';
import type { GitRepository } from '@slipway/io/git';
import type { Straighten } from './line-commits.js';
import { assertWhole, type Scope } from './scope.js';
import type { FoundLine, TrackItem } from './track.js';

/** A commit of a branch that was merged. */
interface Node {
  readonly hash: string;
  readonly parents: readonly string[];
  /** The places of the services that it touches; a merge touches none by itself. */
  readonly owners: ReadonlySet<number>;
  readonly commit?: Commit;
}

/** What a merge brings to a service, oldest first. */
export type Merged = (place: number, merge: Commit) => readonly Commit[];

const nobody: ReadonlySet<number> = new Set();

/**
 * Looks into the merges that do not say what they change: what each of them brings, and nothing before it on the
 * line did. A release that lies beside the line had its commits already.
 */
export async function readMerged(
  repository: GitRepository,
  scopes: readonly Scope[],
  lines: readonly FoundLine[],
  straighten: Straighten,
): Promise<Merged> {
  const index = createPathIndex(scopes.map(({ paths }) => paths));
  const mergesOf = lines.map(({ items }) => items.filter((item) => item.kind === 'merge'));
  const onLine = mergesOf.filter((_merges, place) => lines[place]?.base === undefined).flat();
  const shared = await readGroups({ repository, index, straighten }, onLine, []);
  const own = new Map<number, Groups>();
  for (const [place, { base }] of lines.entries()) {
    const merges = mergesOf[place] ?? [];
    if (base !== undefined) {
      own.set(place, await readGroups({ repository, index, straighten }, merges, [base.hash]));
    }
  }
  return (place, merge) => {
    const found = (own.get(place) ?? shared).get(merge.hash) ?? [];
    return found.flatMap(({ owners, commit }) =>
      commit !== undefined && owners.has(place) ? [commit] : [],
    );
  };
}

type Groups = ReadonlyMap<string, readonly Node[]>;
type MergeItem = TrackItem & { readonly kind: 'merge' };

interface GroupOptions {
  readonly repository: GitRepository;
  readonly index: PathIndex;
  readonly straighten: Straighten;
}

/** @param merges of one line */
async function readGroups(
  { repository, index, straighten }: GroupOptions,
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
  const how = { isFirstParent: false, hasPaths: index.needsPaths, roots: [] };
  const nodes: Node[] = [];
  for await (const logged of repository.streamCommits(range, how)) {
    assertWhole(repository.isShallow, logged);
    const { paths, ...commit } = straighten(logged);
    const { hash, parents } = commit;
    const owners = parents.length > 1 ? nobody : index.ownersOf(paths);
    nodes.push({ hash, parents, owners, ...(owners.size === 0 ? {} : { commit }) });
  }
  return groupMergedCommits(newest.commit.hash, nodes);
}
