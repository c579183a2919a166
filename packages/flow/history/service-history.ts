import { SlipwayError } from '@slipway/core/errors';
import type { Change, Commit, LevelRules, VersionTag } from '@slipway/core/version';
import type { GitRepository } from '@slipway/io/git';
import { createComparer, type CompareWith, type IsNew } from './compare.js';
import type { Fork } from './fork.js';
import { readOwnChanges } from './own-changes.js';
import type { Place } from './place.js';
import { readLines, type Line } from './read-lines.js';
import type { Scope } from './scope.js';

/** All that the version of a service depends on. */
export interface ServiceHistory {
  readonly service: string;
  readonly tagPrefix: string;
  readonly place: Place;
  /** The commit that is checked out. */
  readonly head: Commit;
  readonly tags: readonly VersionTag[];
  /** Up to HEAD; on a branch up to where it began. */
  readonly line: Line;
  /** What a branch or pull request adds to the line, oldest first; empty where releases are made. */
  readonly own: readonly Change[];
  readonly isChanged: boolean;
  /** Which commits are new since what it is compared with; absent where that is not given. */
  readonly isNew?: IsNew;
  /** Of what is not the newest commit of a release branch: what goes on without it. */
  readonly left?: LeftLine;
}

/** The release branch that HEAD left, or lies on. */
interface LeftLine {
  /** Up to the newest commit that this clone knows. */
  readonly line: Line;
  /** Whether a commit came after HEAD left it. */
  readonly isOwn: IsNew;
}

/** What all services of one checkout have in common. */
export interface HistoryContext {
  readonly repository: GitRepository;
  readonly head: Commit;
  /** Where HEAD left a release branch; absent where it lies on one, and where that is not known. */
  readonly fork?: Fork;
  readonly levels: LevelRules;
  readonly compareWith?: CompareWith;
}

/** A service, and where it is asked about. */
export interface PlacedScope {
  readonly scope: Scope;
  readonly place: Place;
}

/**
 * Reads what there is to know about services at HEAD.
 *
 * @throws SlipwayError `no-version` when no commit touches a service
 * @throws CutOffError where a shallow clone ends before that
 */
export async function readServiceHistories(
  context: HistoryContext,
  placed: readonly PlacedScope[],
): Promise<readonly ServiceHistory[]> {
  const { repository, head } = context;
  const lines = await readPlacedLines(context, placed);
  const owns = await readPlacedOwns(context, placed, lines);
  const compare = createComparer(repository, head.hash, context.compareWith);
  const histories: ServiceHistory[] = [];
  for (const [index, { scope, place }] of placed.entries()) {
    const line = lines[index];
    const own = owns[index] ?? [];
    if (line === undefined || (line.last === undefined && own.length === 0)) {
      throw refuseUntouched(scope);
    }
    const isNew = await compare(scope.service);
    const left = await tryReadLeft(context, scope, place);
    histories.push({
      ...{ service: scope.service, tagPrefix: scope.tagPrefix, place, head, tags: scope.tags },
      line: place.kind === 'other' && context.fork === undefined ? { ...line, changes: [] } : line,
      own,
      isChanged:
        isNew === undefined ? isUnreleased(head, place, line, own) : hasNew(isNew, line, own),
      ...(isNew === undefined ? {} : { isNew }),
      ...(left === undefined ? {} : { left }),
    });
  }
  return histories;
}

/** Those that are read up to the same commit are read together. */
async function readPlacedLines(
  context: HistoryContext,
  placed: readonly PlacedScope[],
): Promise<readonly (Line | undefined)[]> {
  const { head, fork } = context;
  const found = new Map<Scope, Line | undefined>();
  const byEnd = Map.groupBy(placed, ({ place }) =>
    place.kind === 'other' ? (fork?.at ?? head.hash) : head.hash,
  );
  for (const [end, members] of byEnd) {
    const scopes = members.map(({ scope }) => scope);
    const lines = await readLines(end, scopes, context);
    for (const [index, scope] of scopes.entries()) found.set(scope, lines[index]);
  }
  return placed.map(({ scope }) => found.get(scope));
}

/** Without a point where it began, what a branch adds is all that is new since the last release. */
async function readPlacedOwns(
  { repository, head, fork, levels }: HistoryContext,
  placed: readonly PlacedScope[],
  lines: readonly (Line | undefined)[],
): Promise<readonly (readonly Change[])[]> {
  const found = new Map<Scope, readonly Change[]>();
  const others = placed.flatMap(({ scope, place }, index) =>
    place.kind === 'other' ? [{ scope, from: fork?.at ?? lines[index]?.base?.hash ?? '' }] : [],
  );
  for (const [from, members] of Map.groupBy(others, ({ from: each }) => each)) {
    const scopes = members.map(({ scope }) => scope);
    const range = { to: head.hash, without: from === '' ? [] : [from] };
    const owns = await readOwnChanges(repository, range, scopes, levels);
    for (const [index, scope] of scopes.entries()) found.set(scope, owns[index] ?? []);
  }
  return placed.map(({ scope }) => found.get(scope) ?? []);
}

async function tryReadLeft(
  context: HistoryContext,
  scope: Scope,
  place: Place,
): Promise<LeftLine | undefined> {
  const { repository, head, fork } = context;
  if (place.kind === 'other' || fork === undefined) return undefined;
  if (place.kind === 'release' && fork.tip === head.hash) return undefined;
  const [line] = await readLines(fork.tip, [scope], context);
  const own = await repository.listHashes({ to: head.hash, without: [fork.at] });
  const isOwn = new Set(own);
  return line && { line, isOwn: (hash) => isOwn.has(hash) };
}

function isUnreleased(
  head: Commit,
  place: Place,
  { names }: Line,
  own: readonly Change[],
): boolean {
  if (place.kind === 'other') return own.length > 0;
  return names.length === 0 || names.some(({ hash }) => hash === head.hash);
}

function hasNew(isNew: IsNew, { last }: Line, own: readonly Change[]): boolean {
  return own.some(({ hash }) => isNew(hash)) || (last !== undefined && isNew(last.hash));
}

function refuseUntouched({ service, paths }: Scope): SlipwayError {
  const where = paths.length === 0 ? 'the repository' : paths.join(', ');
  return new SlipwayError(
    'no-version',
    `there is nothing to version: no commit of ${service} touches ${where}`,
    { fix: 'Check the paths of the service: they are relative to the root of the repository.' },
  );
}
