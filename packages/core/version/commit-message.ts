import { markQuoted, readFooters, type Footer } from './footers.js';

/** A commit message, as far as it says what the commit changes. */
export interface ParsedCommit {
  /** The first line, as it was written. */
  readonly header: string;
  /** `feat`, `fix`, … in lower case; absent when the header follows no convention. */
  readonly type?: string;
  readonly scope?: string;
  /** By `!` or by a footer. */
  readonly isBreaking: boolean;
  /** The header without type and scope; all of it when it follows no convention. */
  readonly description: string;
  /** What the footer `BREAKING CHANGE` says, on one line. */
  readonly breakingNote?: string;
  /** The trailer `Slipway-Release: none` at the end: this commit makes no version. */
  readonly makesNoVersion: boolean;
  /** What it takes back, where it is a revert. */
  readonly reverts?: RevertTarget;
}

/** What a revert names: commits by their hashes, perhaps shortened, or by the header that git quotes. */
export interface RevertTarget {
  readonly hashes: readonly string[];
  readonly header?: string;
}

const headerPattern =
  /^(?<type>[^\s():!]+)(?:\((?<scope>[^()\r\n]+)\))?(?<mark>!)?: +(?<description>\S.*)$/u;
const breakingHeaderPattern = /^BREAKING[ -]CHANGE!?:/;
/** Types that everybody knows: below a merge, `Signed-off-by: ada` is no title. */
const knownTypes = new Set(
  'build chore ci docs feat fix perf refactor revert style test'.split(' '),
);
/** Types that a user has given a level. */
type KnownTypes = Pick<ReadonlySet<string>, 'has'>;
const nothing: KnownTypes = new Set();

/**
 * Reads a commit message by Conventional Commits 1.0.0.
 *
 * Where it deviates, it is to miss no breaking change: a footer counts although the header follows no
 * convention, `BREAKING CHANGE:` may end its line, and as the header itself it counts too. Types are read in
 * any case (§15), `BREAKING CHANGE` only in capitals. What stands between fences is quoted, and no footer.
 *
 * Where it is a squash that lists its commits, the trailer that makes no version holds for the commit above it; the
 * squash makes none when all of them say so.
 *
 * @param others types that a user has given a level
 * @example parseCommit('feat(api)!: new prices') // { type: 'feat', scope: 'api', isBreaking: true, description: 'new prices', … }
 * @see https://www.conventionalcommits.org/en/v1.0.0/#specification
 */
export function parseCommit(message: string, others: KnownTypes = nothing): ParsedCommit {
  const [header = '', ...lines] = clean(message).trim().split('\n');
  const { type, scope, mark, description } = headerPattern.exec(header.trim())?.groups ?? {};
  const footers = readFooters(lines);
  const breaking = footers.find(({ token }) => /^BREAKING[ -]CHANGE$/.test(token));
  const reverts = readRevert(header.trim(), type?.toLowerCase(), lines, footers);
  return {
    header: header.trim(),
    ...(type === undefined ? {} : { type: type.toLowerCase() }),
    ...(scope === undefined ? {} : { scope: scope.trim() }),
    isBreaking: mark === '!' || breaking !== undefined || breakingHeaderPattern.test(header),
    description: (description ?? header).trim(),
    ...(breaking === undefined || breaking.value === '' ? {} : { breakingNote: breaking.value }),
    makesNoVersion:
      hasReleaseNone(lines) && listSquashed(lines, others).every((each) => each.makesNoVersion),
    ...(reverts === undefined ? {} : { reverts }),
  };
}

/**
 * What a merge commit says it merges: the title of the pull request that GitHub and GitLab write below the
 * merge's own header. Undefined when there is no such line, or when its type is none of the usual ones,
 * nor of `others`.
 *
 * @example parseMergedTitle('Merge pull request #7 from ada/prices\n\nfeat: new prices') // { type: 'feat', … }
 */
export function parseMergedTitle(
  message: string,
  others: KnownTypes = nothing,
): ParsedCommit | undefined {
  const [, ...lines] = message.trim().split('\n');
  const parsed = parseCommit(lines.join('\n'), others);
  return isKnown(parsed, others) ? parsed : undefined;
}

/**
 * The commits that a squash lists in its body, as GitHub and GitLab write them: `* feat: new prices`. They count
 * only where the squash's own header follows no convention, and one of them has a usual type or one of `others`: else
 * it is a list of words. Items with the mark of the first such one are commits, too, whatever they say.
 *
 * @example parseSquashed('Prices (#7)\n\n* feat: new prices\n\n* fix: rounding').map(({ type }) => type) // ['feat', 'fix']
 */
export function parseSquashed(
  message: string,
  others: KnownTypes = nothing,
): readonly ParsedCommit[] {
  return listSquashed(clean(message).trim().split('\n').slice(1), others);
}

/** The trailer below an item is that of this commit alone. */
function listSquashed(lines: readonly string[], others: KnownTypes): readonly ParsedCommit[] {
  const isQuoted = markQuoted(lines);
  const items = lines.flatMap((line, index) => {
    if (isQuoted[index] === true) return [];
    const { mark, header = '' } = /^(?<mark>[*-]) (?<header>\S.*)$/.exec(line)?.groups ?? {};
    const commit = parseCommit(header);
    return mark === undefined ? [] : { index, mark, commit, isTyped: isKnown(commit, others) };
  });
  const first = items.find(({ isTyped }) => isTyped);
  const commits = items.filter(({ isTyped, mark }) => isTyped || mark === first?.mark);
  return commits.map(({ index, commit }, place) => {
    const below = lines.slice(index + 1, commits[place + 1]?.index);
    return { ...commit, makesNoVersion: hasReleaseNone(below) };
  });
}

function isKnown({ type = '' }: ParsedCommit, others: KnownTypes): boolean {
  return knownTypes.has(type) || others.has(type);
}

/**
 * Whether a message says by a convention what it changes: that of the specification, or git's own for reverts and
 * merges.
 */
export function isConventional({ type, isBreaking, reverts, header }: ParsedCommit): boolean {
  const isMerge = /^Merge (?:branch|branches|commit|commits|tag|remote-tracking|pull request) /;
  return type !== undefined || isBreaking || reverts !== undefined || isMerge.test(header);
}

/** A header is one line wherever it is shown: a stray carriage return would begin another one in a log. */
function clean(message: string): string {
  return message.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n]/gu, ' ');
}

/** The last paragraph with the blank line before it; below it may stand what GitHub adds to a squash. */
function findTrailers(lines: readonly string[]): readonly string[] {
  const isAdded = (line: string): boolean => /^\s*$|^-{3,}\s*$|^co-authored-by: /i.test(line);
  const isQuoted = markQuoted(lines);
  const told = lines.map((line, index) => (isQuoted[index] === true ? '>' : line));
  const block = told.slice(0, told.findLastIndex((line) => !isAdded(line)) + 1);
  return block.slice(
    Math.max(
      0,
      block.findLastIndex((line) => line.trim() === ''),
    ),
  );
}

function hasReleaseNone(lines: readonly string[]): boolean {
  return readFooters(findTrailers(lines)).some(isReleaseNone);
}

function isReleaseNone({ token, value }: Footer): boolean {
  return token.toLowerCase() === 'slipway-release' && value.toLowerCase() === 'none';
}

/** Git names the commit in the body; the specification recommends the type and a footer that names it. */
function readRevert(
  header: string,
  type: string | undefined,
  lines: readonly string[],
  footers: readonly Footer[],
): RevertTarget | undefined {
  const { quoted, again } =
    /^(?:Revert "(?<quoted>.+)"|Reapply "(?<again>.+)")(?: \(#\d+\))?$/.exec(header)?.groups ?? {};
  const target = again === undefined ? quoted : `Revert "${again}"`;
  if (target === undefined && type !== 'revert') return undefined;
  const told = lines.flatMap(
    (line) => /^This reverts commit (?<hash>[0-9a-f]{7,64})\b/.exec(line)?.groups?.['hash'] ?? [],
  );
  const referred = footers
    .filter(({ token }) => /^refs?$/i.test(token))
    .flatMap(({ value }) => value.match(/\b[0-9a-f]{7,64}\b/g) ?? []);
  return { hashes: [...told, ...referred], ...(target === undefined ? {} : { header: target }) };
}
