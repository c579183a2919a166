import { invalidInput } from '../errors/index.js';
import {
  compareVersions,
  isRelease,
  sortDescending,
  splitVersion,
  tryParseVersion,
  type Version,
} from './version.js';

/** The tag of an image is no longer. */
const maxLength = 128;

/** A tag of the repository. */
export interface Tag {
  readonly name: string;
  /** The commit that it names. */
  readonly hash: string;
}

/** A tag that names a version of one service. */
export interface VersionTag extends Tag {
  readonly version: Version;
}

/**
 * The tags that name versions: the prefix, then a whole version and nothing else. So `v1` and `v1.2` are none,
 * and of `orders-v1.0.0` and `orders-v2-v1.0.0` only the first belongs to the prefix `orders-v`.
 * A version that no tag of an image can hold is none.
 *
 * @returns highest version first
 */
export function selectVersionTags(tags: readonly Tag[], prefix: string): readonly VersionTag[] {
  const found = tags.flatMap(({ name, hash }): VersionTag[] => {
    const version = tryReadTag(name, prefix);
    return version === undefined ? [] : [{ name, hash, version }];
  });
  return sortDescending(found);
}

/** Whether any tag names a version. */
export function hasVersionTag(tags: readonly Tag[], prefix: string): boolean {
  return tags.some(({ name }) => tryReadTag(name, prefix) !== undefined);
}

function tryReadTag(name: string, prefix: string): Version | undefined {
  if (!name.startsWith(prefix) || name.length - prefix.length > maxLength) return undefined;
  return tryParseVersion(name.slice(prefix.length));
}

/**
 * A tag that would be the highest version, were its numbers not too large for one: SemVer's own library counts to
 * 9007199254740991.
 */
export function tryFindUncounted(
  tags: readonly Tag[],
  prefix: string,
  highest: Version | undefined,
): Tag | undefined {
  return tags.find(({ name }) => {
    const text = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    const { numbers } = uncountedPattern.exec(text)?.groups ?? {};
    if (numbers === undefined || tryParseVersion(numbers) !== undefined) return false;
    const [major, minor, patch] = readNumbers(numbers);
    const [otherMajor, otherMinor, otherPatch] = readNumbers(highest ?? '0.0.0');
    if (major !== otherMajor) return major > otherMajor;
    return minor === otherMinor ? patch > otherPatch : minor > otherMinor;
  });
}

const uncountedPattern = /^(?<numbers>(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2})(?:-[\w.-]+)?$/;

function readNumbers(numbers: string): readonly [bigint, bigint, bigint] {
  const [major = '0', minor = '0', patch = '0'] = (numbers.split('-')[0] ?? '').split('.');
  return [BigInt(major), BigInt(minor), BigInt(patch)];
}

/**
 * The highest version that some tag has with the usual prefix or without any: where a service has no tag of its own,
 * these may be meant.
 */
export function tryFindForeignTag(tags: readonly Tag[], prefix: string): VersionTag | undefined {
  return ['', 'v']
    .filter((usual) => usual !== prefix)
    .flatMap((usual) => selectVersionTags(tags, usual)[0] ?? [])
    .toSorted((a, b) => compareVersions(b.version, a.version))[0];
}

/**
 * The tags of an image that move along with releases. None moves backwards: a version takes `1.4` only as
 * the highest of 1.4, `1` only as the highest of 1, `latest` only as the highest of all. `0` promises
 * nothing, so there is none; a prerelease has none.
 *
 * @param all every version that has a tag
 * @example computeMovingTags('1.5.0', ['1.4.0', '2.0.0']) // ['1.5', '1']
 */
export function computeMovingTags(version: Version, all: readonly Version[]): readonly string[] {
  if (!isRelease(version)) return [];
  const { major, minor } = splitVersion(version);
  const higher = all
    .filter((other) => isRelease(other) && compareVersions(other, version) > 0)
    .map(splitVersion);
  const isTop = (within: (other: { major: number; minor: number }) => boolean): boolean =>
    !higher.some(within);
  return [
    ...(isTop((other) => other.major === major && other.minor === minor)
      ? [`${major}.${minor}`]
      : []),
    ...(major > 0 && isTop((other) => other.major === major) ? [`${major}`] : []),
    ...(isTop(() => true) ? ['latest'] : []),
  ];
}

/** Of tags that are versions and nothing else: an empty input is one that nobody set. */
const noPrefix = 'none';

/**
 * Reads the input `tag-prefix`: what git takes in the name of a tag and does not read as a pattern, or `none`.
 *
 * @example parseTagPrefix('{service}-v') // '{service}-v'
 * @example parseTagPrefix('none') // ''
 * @throws SlipwayError `invalid-input`
 */
export function parseTagPrefix(text: string, subject = 'tag-prefix'): string {
  if (text === noPrefix) return '';
  const name = text.replaceAll('{service}', 'service');
  const isApart = !text.endsWith('{service}'); // else a1 0.0.0 and a 10.0.0 would be one tag
  const isLegal =
    isApart && /^[A-Za-z0-9_][\w./@-]*$/.test(name) && !/\.\.|\/\/|\/\.|\.lock\/|@\{/.test(name);
  if (isLegal) return text;
  throw invalidInput([
    {
      subject,
      given: text,
      expected: 'the beginning of a tag’s name, such as v, {service}-v or {service}/, or none',
    },
  ]);
}
