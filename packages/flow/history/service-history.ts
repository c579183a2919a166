import { SlipwayError } from '@slipway/core/errors';
import type { Change, Commit, Tag, VersionTag } from '@slipway/core/version';
import { createComparer, type IsNew } from './compare.js';
import { readOthers } from './others.js';
import { readOwnChanges } from './own-changes.js';
import type { Place } from './place.js';
import { readPlacedLines, type PlacedLine } from './placed-line.js';
import type { Line } from './read-lines.js';
import type { Scene } from './scene.js';
import type { Scope } from './scope.js';
import { findSpots, type Spot } from './spot.js';

/** All that the version of a service depends on. */
export interface ServiceHistory {
  readonly service: string;
  readonly tagPrefix: string;
  readonly place: Place;
  /** The commit that is checked out. */
  readonly head: Commit;
  readonly tags: readonly VersionTag[];
  /** Where there are none, a version with another prefix. */
  readonly foreign?: VersionTag;
  /** A tag with numbers too large for a version, which would be the highest one. */
  readonly uncounted?: Tag;
  /** Up to HEAD; on a branch that makes no releases up to where it began. */
  readonly on: PlacedLine;
  /** What a branch or pull request adds to the line, oldest first; empty where releases are made. */
  readonly own: readonly Change[];
  readonly isChanged: boolean;
  /** Which commits are new since what it is compared with; absent where that is not given. */
  readonly isNew?: IsNew;
  /** What other branches make, or the same one by now; none for what makes no release. */
  readonly others: readonly PlacedLine[];
}

/** The histories of services, and why there is none of the others: no commit touches them. */
export interface ServiceHistories {
  readonly services: readonly ServiceHistory[];
  readonly untouched: readonly SlipwayError[];
}

/**
 * Reads what there is to know about services at HEAD.
 *
 * @throws CutOffError where a shallow clone ends before that
 */
export async function readServiceHistories(
  scene: Scene,
  scopes: readonly Scope[],
): Promise<ServiceHistories> {
  const { repository, head } = scene;
  const spots = await findSpots(scene, scopes);
  const questions = spots.map(({ scope, line, at }) => ({ scope, place: line, at }));
  const lines = await readPlacedLines(scene, questions);
  const owns = await readOwns(scene, spots, lines);
  const compare = createComparer(repository, head.hash, scene.compareWith);
  const others = await readOthers(scene, spots, lines);
  const services: ServiceHistory[] = [];
  const untouched: SlipwayError[] = [];
  for (const [index, { scope, place, hasLeft }] of spots.entries()) {
    const on = lines[index];
    const own = owns[index] ?? [];
    if (on === undefined || (on.line.last === undefined && own.length === 0)) {
      untouched.push(refuseUntouched(scope));
      continue;
    }
    const { line } = on;
    const isNew = await compare(scope.service);
    const isNowhere = place.kind === 'other' && !hasLeft;
    services.push({
      ...{ service: scope.service, tagPrefix: scope.tagPrefix, place, head, tags: scope.tags },
      on: isNowhere ? { ...on, line: { ...line, changes: [] } } : on,
      own,
      isChanged:
        isNew === undefined ? isUnreleased(head, place, line, own) : hasNew(isNew, line, own),
      ...(isNew === undefined ? {} : { isNew }),
      ...(scope.foreign === undefined ? {} : { foreign: scope.foreign }),
      ...(scope.uncounted === undefined ? {} : { uncounted: scope.uncounted }),
      others: others[index] ?? [],
    });
  }
  return { services, untouched };
}

/** Without a point where it began, what a branch adds is all that is new since the last release. */
async function readOwns(
  { repository, head, levels }: Scene,
  spots: readonly Spot[],
  lines: readonly PlacedLine[],
): Promise<readonly (readonly Change[])[]> {
  const found = new Map<Scope, readonly Change[]>();
  const others = spots.flatMap(({ scope, place, at, hasLeft }, index) =>
    place.kind === 'other'
      ? [{ scope, from: hasLeft ? at : (lines[index]?.line.base?.hash ?? '') }]
      : [],
  );
  for (const [from, members] of Map.groupBy(others, ({ from: each }) => each)) {
    const scopes = members.map(({ scope }) => scope);
    const range = { to: head.hash, without: from === '' ? [] : [from] };
    const owns = await readOwnChanges(repository, range, scopes, levels);
    for (const [index, scope] of scopes.entries()) found.set(scope, owns[index] ?? []);
  }
  return spots.map(({ scope }) => found.get(scope) ?? []);
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
