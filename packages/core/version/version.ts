import semver from 'semver';
import { invalidInput } from '../errors/index.js';

declare const brand: unique symbol;

/**
 * A version as Semantic Versioning 2.0.0 writes it, without build metadata: that is what an image tag and
 * a chart version can both hold. `1`, `1.2`, `v1.2.3` and `01.2.3` are none.
 */
export type Version = string & { readonly [brand]: 'version' };

/** How much an update may change. */
export type Level = 'major' | 'minor' | 'patch';

/** What going from one version to another means. */
export interface VersionChange {
  readonly level: Level | 'none';
  readonly direction: 'up' | 'same' | 'down';
}

/** The version, or undefined when the text is not one. */
export function tryParseVersion(text: string): Version | undefined {
  return semver.valid(text) === text ? (text as Version) : undefined;
}

/**
 * @example parseVersion('1.4.0-rc.1')
 * @throws SlipwayError `invalid-input`
 */
export function parseVersion(text: string, subject = 'version'): Version {
  const version = tryParseVersion(text);
  if (version !== undefined) return version;
  throw invalidInput([
    {
      subject,
      given: text,
      expected: 'a version such as 1.4.0 or 1.4.0-rc.1, without “v” and without “+…”',
    },
  ]);
}

/**
 * Which of two versions is newer (SemVer 2.0.0 §11): negative when `a` is older, 0 when they are the same.
 *
 * @example ['1.10.0', '1.9.0', '1.10.0-rc.1'].map(v => parseVersion(v)).toSorted(compareVersions) // 1.9.0, 1.10.0-rc.1, 1.10.0
 */
export function compareVersions(a: Version, b: Version): number {
  return semver.compare(a, b);
}

/** The highest first; each is read once, however many there are. */
export function sortDescending<T extends { readonly version: Version }>(
  items: readonly T[],
): readonly T[] {
  return items
    .map((item) => ({ item, read: new semver.SemVer(item.version) }))
    .toSorted((a, b) => b.read.compare(a.read))
    .map(({ item }) => item);
}

/** Whether it is a release: without a prerelease part. */
export function isRelease(version: Version): boolean {
  return semver.prerelease(version) === null;
}

/**
 * What an update from one version to another means: the first number that differs, and the direction. Two
 * prereleases of one version differ by `patch`. Where nothing is live everything is new: `major`, `up`. The
 * numbers mean before 1.0.0 what they mean after it.
 *
 * @example computeLevel('1.4.2', '1.5.0') // { level: 'minor', direction: 'up' }
 * @example computeLevel('2.0.0', '1.9.1') // { level: 'major', direction: 'down' }
 */
export function computeLevel(from: Version | undefined, to: Version): VersionChange {
  if (from === undefined) return { level: 'major', direction: 'up' };
  const order = compareVersions(from, to);
  if (order === 0) return { level: 'none', direction: 'same' };
  const direction = order < 0 ? 'up' : 'down';
  if (semver.major(from) !== semver.major(to)) return { level: 'major', direction };
  return { level: semver.minor(from) === semver.minor(to) ? 'patch' : 'minor', direction };
}

/**
 * The version after this one.
 *
 * @example bumpVersion('1.4.2', 'minor') // '1.5.0'
 * @throws SlipwayError `invalid-input` where a number would be too large for SemVer's own library
 */
export function bumpVersion(version: Version, level: Level): Version {
  const { major, minor, patch } = new semver.SemVer(version);
  const next = {
    major: `${major + 1}.0.0`,
    minor: `${major}.${minor + 1}.0`,
    patch: `${major}.${minor}.${patch + 1}`,
  };
  return parseVersion(next[level]);
}

/**
 * The prerelease after this one.
 *
 * @example countUp('2.0.0-rc.1') // '2.0.0-rc.2'
 * @throws SlipwayError `invalid-input` where a number would be too large for SemVer's own library
 */
export function countUp(prerelease: Version): Version {
  return parseVersion(new semver.SemVer(prerelease).inc('prerelease').version);
}

/** Whether it is 0.y.z: initial development, in which anything may change (SemVer 2.0.0 §4). */
export function isMajorZero(version: Version): boolean {
  return semver.major(version) === 0;
}

/** @example splitVersion('1.4.2') // { major: 1, minor: 4 } */
export function splitVersion(version: Version): { readonly major: number; readonly minor: number } {
  return { major: semver.major(version), minor: semver.minor(version) };
}
