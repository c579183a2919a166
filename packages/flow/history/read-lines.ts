import {
  compareVersions,
  computeChange,
  createPathIndex,
  isRelease,
  sortDescending,
  type Change,
  type Commit,
  type LevelRules,
  type PathIndex,
  type VersionTag,
} from '@slipway/core/version';
import type { CommitRange, GitRepository, LoggedCommit } from '@slipway/io/git';
import { walkLine, type Straighten } from './line-commits.js';
import { readMerged } from './read-merged.js';
import { assertWhole, createChangeReader, CutOffError, type Scope } from './scope.js';
import { Track, type FoundLine, type TrackItem } from './track.js';

/** The commits of one service up to a commit, along the first-parent line. */
export interface Line {
  /** The highest release that its last commit contains and that is not that commit's own. */
  readonly base?: VersionTag;
  /**
   * The tags of its last commit, or of later ones that do not touch the service: the one that was pushed first, then
   * releases, then the highest version.
   */
  readonly names: readonly VersionTag[];
  /** Those since `base` that touch the service, oldest first. */
  readonly changes: readonly Change[];
  /** What there is on the line itself, where `base` lies beside it or below a newer one. */
  readonly alone?: Pick<Line, 'base' | 'changes'>;
  /** Absent where no commit of the line touches the service. */
  readonly last?: Pick<Commit, 'hash' | 'seconds'>;
  /** Higher releases that contain the last commit: what comes out of it later. */
  readonly later: readonly VersionTag[];
}

export interface LineOptions {
  readonly repository: GitRepository;
  readonly levels: LevelRules;
  readonly straighten: Straighten;
  /** The tag that was pushed. */
  readonly pushedTag?: string;
}

/**
 * Reads the line that ends at a commit, once for all services, and only as far back as one of them needs it.
 *
 * @returns a line for each scope
 * @throws CutOffError where a shallow clone ends before that
 */
export async function readLines(
  at: string,
  scopes: readonly Scope[],
  options: LineOptions,
): Promise<readonly Line[]> {
  const { repository } = options;
  const tracks = scopes.map((scope) => new Track(scope));
  await followLine({ to: at }, tracks, options);
  const reached = await findReached(repository, at, tracks);
  const found: FoundLine[] = [];
  for (const track of tracks) {
    const [base] = await keepContained(repository, at, track, reached);
    if (base === undefined) found.push({ track, items: track.items });
    else found.push({ track, items: await readSince(track, base, options), base });
  }
  const later = await findLater(repository, tracks, reached);
  const read = await readChanges(scopes, found, options);
  const isBeside = found.some(({ base }) => base !== undefined);
  const own = found.map(({ track, base }) => ({ track, items: base ? track.items : [] }));
  const readAlone = isBeside ? await readChanges(scopes, own, options) : undefined;
  return found.map(({ track, base: beside, base = track.candidate }, index) => ({
    ...(base === undefined ? {} : { base }),
    ...(track.last === undefined ? {} : { last: track.last }),
    names: sortNames(track.names, options.pushedTag),
    changes: read(index),
    ...(beside === undefined || readAlone === undefined
      ? {}
      : {
          alone: {
            ...(track.candidate === undefined ? {} : { base: track.candidate }),
            changes: readAlone(index),
          },
        }),
    later: (later.get(track) ?? []).filter(
      ({ version }) => base === undefined || compareVersions(version, base.version) > 0,
    ),
  }));
}

function sortNames(
  names: readonly VersionTag[],
  pushed: string | undefined,
): readonly VersionTag[] {
  const rank = ({ name, version }: VersionTag): number =>
    name === pushed ? 0 : isRelease(version) ? 1 : 2;
  return sortDescending(names).toSorted((a, b) => rank(a) - rank(b));
}

/** What the commits of each line mean, merges as much as they bring; oldest first. */
async function readChanges(
  scopes: readonly Scope[],
  lines: readonly FoundLine[],
  options: LineOptions,
): Promise<(index: number) => readonly Change[]> {
  const merged = await readMerged(scopes, lines, options);
  return (index) =>
    (lines[index]?.items ?? [])
      .map((item) =>
        item.kind === 'told'
          ? item.change
          : computeChange(item.commit, merged(index, item.commit), options.levels),
      )
      .toReversed();
}

/**
 * Goes back until every service has found a tag, or there is nothing more. When few services are left, git is asked
 * anew for their paths alone, which takes half of the time.
 */
async function followLine(
  range: CommitRange,
  tracks: readonly Track[],
  { repository, levels, straighten }: LineOptions,
): Promise<void> {
  const index = createPathIndex(tracks.map(({ scope }) => scope.paths));
  const tagged = groupByCommit(tracks);
  const read = createChangeReader(levels);
  const open = new Set(tracks.keys());
  let position = 0;
  const visit = (commit: LoggedCommit): void => {
    assertWhole(repository.isShallow, commit);
    const owners = index.ownersOf(commit.paths);
    const tags = tagged.get(commit.hash);
    const concerned = tags === undefined ? owners : new Set([...owners, ...tags.keys()]);
    for (const each of concerned) {
      const track = tracks[each];
      if (track === undefined || !open.has(each)) continue;
      track.take(
        { commit, position, isOwn: owners.has(each), tags: tags?.get(each) ?? [] },
        read,
        levels,
      );
      if (track.candidate !== undefined) open.delete(each);
    }
    position += 1;
  };
  let asked: PathIndex = index;
  for (let from: string | undefined = range.to; from !== undefined && open.size > 0;) {
    let fewer: PathIndex | undefined;
    const how = { hasPaths: asked.needsPaths, roots: asked.roots, straighten };
    from = await walkLine(repository, { ...range, to: from }, how, (commit) => {
      const before = open.size;
      visit(commit);
      if (open.size < before) fewer = findFewer(asked, tracks, open);
      return open.size > 0 && fewer === undefined;
    });
    asked = fewer ?? asked;
  }
}

/** git compares each name in a folder with each of the roots: with more it takes longer than to look for all paths. */
const fewRoots = 2;

/** The paths of the services that are left, where they are fewer than what is asked for, and few. */
function findFewer(
  asked: PathIndex,
  tracks: readonly Track[],
  open: ReadonlySet<number>,
): PathIndex | undefined {
  const left = tracks.filter((_track, place) => open.has(place));
  const index = createPathIndex(left.map(({ scope }) => scope.paths));
  const count = index.roots.length;
  const isFewer = asked.roots.length === 0 || count < asked.roots.length;
  return count > 0 && count <= fewRoots && isFewer ? index : undefined;
}

/** The tags of each commit, by the place of the service. */
function groupByCommit(
  tracks: readonly Track[],
): ReadonlyMap<string, ReadonlyMap<number, readonly VersionTag[]>> {
  const groups = new Map<string, Map<number, VersionTag[]>>();
  for (const [place, { scope }] of tracks.entries()) {
    for (const tag of scope.tags) {
      const own = groups.get(tag.hash) ?? new Map<number, VersionTag[]>();
      const tags = own.get(place);
      if (tags === undefined) own.set(place, [tag]);
      else tags.push(tag);
      groups.set(tag.hash, own);
    }
  }
  return groups;
}

/** Whether the newest commit contains a tag that is not on its line, or behind the candidate. */
type Reached = (tag: VersionTag) => boolean;

async function findReached(
  repository: GitRepository,
  at: string,
  tracks: readonly Track[],
): Promise<Reached> {
  const hashes = new Set(tracks.flatMap((track) => track.listHigher()).map(({ hash }) => hash));
  if (hashes.size === 0) return () => false;
  if (repository.isShallow)
    throw new CutOffError('higher tags may be further back', { needsAll: true });
  const unreached = await repository.listUnreached([...hashes], at);
  return ({ hash }) => !unreached.has(hash);
}

/** The higher releases that the last commit of a service contains, the highest first. */
async function keepContained(
  repository: GitRepository,
  at: string,
  track: Track,
  reached: Reached,
): Promise<readonly VersionTag[]> {
  const { last } = track;
  const higher = track.listHigher().filter(reached);
  if (last === undefined || last.hash === at || higher.length === 0) return higher;
  const hashes = higher.map(({ hash }) => hash);
  const unreached = await repository.listUnreached(hashes, last.hash);
  return higher.filter(({ hash }) => !unreached.has(hash));
}

/** The items of a line since a release that may lie beside it. */
async function readSince(
  { scope, last }: Track,
  base: VersionTag,
  options: LineOptions,
): Promise<readonly TrackItem[]> {
  if (last === undefined) return [];
  const alone = new Track({ ...scope, tags: [], releases: [] });
  await followLine({ to: last.hash, without: [base.hash] }, [alone], options);
  return alone.items;
}

async function findLater(
  repository: GitRepository,
  tracks: readonly Track[],
  reached: Reached,
): Promise<ReadonlyMap<Track, readonly VersionTag[]>> {
  const found = new Map<Track, readonly VersionTag[]>();
  const byLast = Map.groupBy(tracks, ({ last }) => last?.hash ?? '');
  for (const [last, group] of byLast) {
    const higher = group.flatMap((track) => track.listHigher().filter((tag) => !reached(tag)));
    if (last === '' || higher.length === 0) continue;
    const prefixes = new Set(group.map(({ scope }) => scope.tagPrefix));
    const names = await repository.listTagsWith(last, [...prefixes]);
    for (const track of group) {
      found.set(
        track,
        track.listHigher().filter(({ name }) => names.has(name)),
      );
    }
  }
  return found;
}
