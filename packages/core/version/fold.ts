import type { Change } from './commit-level.js';
import { formatPrerelease } from './prerelease.js';
import { bumpVersion, countUp, isMajorZero, type Level, type Version } from './version.js';

/** The version of one commit. */
export interface VersionStep {
  readonly change: Change;
  readonly version: Version;
  /** How much the version changes: that of the commit, as far as `majorZero` and the line let it. */
  readonly level: Level | 'none';
  /** The release before it on the line; absent before the first one. */
  readonly previous?: Version;
  readonly isRelease: boolean;
}

/** What a level means while the version is 0.y.z. */
export const majorZeroRules = ['major', 'minor', 'shift'] as const;

/**
 * `major`: the same as later, what breaks makes 1.0.0. `minor`: what breaks makes the next minor. `shift`: that, and
 * a feature makes the next patch.
 */
export type MajorZeroRule = (typeof majorZeroRules)[number];

export interface FoldOptions {
  /** The release that the line begins after; absent where there was none yet. */
  readonly from?: Version;
  /** What the first release is called. */
  readonly initial: Version;
  readonly majorZero: MajorZeroRule;
}

/**
 * The versions of the commits of a line, each bumped by its own level. A commit of level `none` gets a
 * prerelease of the next patch, which counts the commits since the last release: it is the same whether or
 * not that release has been tagged meanwhile.
 *
 * @param changes oldest first
 * @example foldVersions([feat, docs, fix], { from: '1.4.0', initial, majorZero: 'major' }) // 1.5.0, 1.5.1-dev.1.1a2b3c4d, 1.5.1
 */
export function foldVersions(
  changes: readonly Change[],
  { from, initial, majorZero }: FoldOptions,
): readonly VersionStep[] {
  let released = from;
  let distance = 0;
  return changes.map((change) => {
    const previous = released === undefined ? {} : { previous: released };
    const level = adjustLevel(change.level, released, majorZero);
    if (level === 'none') {
      distance += 1;
      const next = released === undefined ? initial : bumpVersion(released, 'patch');
      const version = formatPrerelease(next, { name: 'dev', distance, hash: change.hash });
      return { change, version, level, ...previous, isRelease: false };
    }
    const version = released === undefined ? initial : bumpVersion(released, level);
    released = version;
    distance = 0;
    return { change, version, level, ...previous, isRelease: true };
  });
}

/**
 * The versions of commits that are on the way to a prerelease: the first one has its number, and each later one the
 * next, whatever its level.
 *
 * @example numberPrereleases([fix, docs], '2.0.0-rc.1') // 2.0.0-rc.1, 2.0.0-rc.2
 */
export function numberPrereleases(
  changes: readonly Change[],
  first: Version,
): readonly VersionStep[] {
  let version: Version | undefined;
  return changes.map((change) => {
    const previous = version === undefined ? {} : { previous: version };
    version = version === undefined ? first : countUp(version);
    return { change, version, level: change.level, ...previous, isRelease: true };
  });
}

/**
 * What a level comes to after a release.
 *
 * @example adjustLevel('major', '0.4.2', 'minor') // 'minor'
 */
export function adjustLevel(
  level: Level | 'none',
  after: Version | undefined,
  rule: MajorZeroRule,
): Level | 'none' {
  if (rule === 'major' || after === undefined || !isMajorZero(after)) return level;
  if (level === 'major') return 'minor';
  return level === 'minor' && rule === 'shift' ? 'patch' : level;
}

/** A line that was left behind by a higher one takes fixes, whatever their authors call them. */
export function limitToPatch(change: Change): Change {
  return change.level === 'none' ? change : { ...change, level: 'patch' };
}
