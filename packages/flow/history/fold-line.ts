import {
  compareVersions,
  computeLevel,
  foldVersions,
  isRelease,
  limitToPatch,
  numberPrereleases,
  type Change,
  type MajorZeroRule,
  type Version,
  type VersionStep,
} from '@slipway/core/version';
import type { PlacedLine } from './placed-line.js';
import type { Line } from './read-lines.js';

export interface LineRules {
  readonly initialVersion: Version;
  readonly majorZero: MajorZeroRule;
}

/** A version, and the commit that has it by its line alone. */
export interface MadeVersion {
  readonly version: Version;
  readonly hash: string;
}

/**
 * The versions of the commits of a line since its base, oldest first. What a branch for an older line or for one
 * number adds are fixes, whatever their authors call them. The first of such a number has it, and as long as the
 * branch adds nothing the commit at which it begins; one that is not above what the branch contains says nothing.
 */
export function foldLine(placed: PlacedLine, rules: LineRules): readonly VersionStep[] {
  const { place, line, isOwn } = placed;
  const limit = (change: Change): Change =>
    place.kind !== 'release' && isOwn(change.hash) ? limitToPatch(change) : change;
  const changes = line.changes.map(limit);
  const steps = foldHighest(line, limit, rules);
  if (place.kind !== 'fixed') return steps;
  const before = steps.filter(({ change }) => !isOwn(change.hash));
  const contained = before.findLast((step) => step.isRelease)?.version ?? line.base?.version;
  if (contained !== undefined && compareVersions(place.version, contained) <= 0) return steps;
  const own = changes.filter(({ hash }) => isOwn(hash));
  if (own.length > 0) return [...before, ...beginWith(place.version, own, contained, rules)];
  const isNamed = line.names.length > 0;
  const last = isNamed ? [] : before.slice(-1).map((step) => ({ ...step, isRelease: true }));
  return [
    ...(isNamed ? before : before.slice(0, -1)),
    ...last.map((step) => ({ ...step, ...describeBegin(place.version, step, step.previous) })),
  ];
}

/**
 * A release that lies beside the line is a lower bound: where the line had come to a higher number by itself, it goes
 * on from there.
 */
function foldHighest(
  { base, changes, alone }: Line,
  limit: (change: Change) => Change,
  rules: LineRules,
): readonly VersionStep[] {
  const steps = foldFrom(base?.version, changes.map(limit), rules);
  if (alone === undefined) return steps;
  const since = new Set(changes.map(({ hash }) => hash));
  const own = foldFrom(alone.base?.version, alone.changes.map(limit), rules);
  const [last, ownLast] = [steps.at(-1), own.at(-1)];
  const isHigher =
    last !== undefined &&
    ownLast !== undefined &&
    compareVersions(ownLast.version, last.version) > 0;
  return isHigher ? own.filter(({ change }) => since.has(change.hash)) : steps;
}

function foldFrom(
  base: Version | undefined,
  changes: readonly Change[],
  { initialVersion: initial, majorZero }: LineRules,
): readonly VersionStep[] {
  return foldVersions(changes, {
    ...(base === undefined ? {} : { from: base }),
    initial,
    majorZero,
  });
}

function beginWith(
  first: Version,
  changes: readonly Change[],
  previous: Version | undefined,
  { majorZero }: LineRules,
): readonly VersionStep[] {
  const steps = isRelease(first)
    ? foldVersions(changes, { initial: first, majorZero })
    : numberPrereleases(changes, first);
  return steps.map((step) =>
    step.previous === undefined
      ? { ...step, ...describeBegin(step.version, step, previous) }
      : step,
  );
}

function describeBegin(
  version: Version,
  { level, isRelease: isOne }: VersionStep,
  previous: Version | undefined,
): Pick<VersionStep, 'version' | 'level' | 'previous'> {
  if (previous === undefined) return { version, level };
  return { version, previous, level: isOne ? computeLevel(previous, version).level : level };
}

/** The line as if its last commit were a patch, whatever its message says. */
export function raiseLast(on: PlacedLine): PlacedLine {
  const { changes, alone, last } = on.line;
  const raise = (all: readonly Change[]): readonly Change[] =>
    all.map((change) => (change.hash === last?.hash ? { ...change, level: 'patch' } : change));
  const raised = alone === undefined ? {} : { alone: { ...alone, changes: raise(alone.changes) } };
  return { ...on, line: { ...on.line, changes: raise(changes), ...raised } };
}

/** What a line makes, as far as it has no tags: what no other commit may have. */
export function listMade(placed: PlacedLine, rules: LineRules): readonly MadeVersion[] {
  return foldLine(placed, rules)
    .filter((step) => step.isRelease)
    .map(({ version, change: { hash } }) => ({ version, hash }));
}

/** The last release of a line, whether or not it has a tag. */
export function findReleased(placed: PlacedLine, rules: LineRules): Version | undefined {
  const { names, base } = placed.line;
  const named = names.find(({ version }) => isRelease(version));
  if (named !== undefined) return named.version;
  const last = foldLine(placed, rules).at(-1);
  if (last === undefined) return base?.version;
  return last.isRelease ? last.version : last.previous;
}

/** The number that a branch says, as long as it adds nothing. */
export function tryBegin({ place, line, isOwn }: PlacedLine): Version | undefined {
  const isBegun = line.names.length > 0 || line.changes.some(({ hash }) => isOwn(hash));
  return place.kind === 'fixed' && !isBegun ? place.version : undefined;
}
