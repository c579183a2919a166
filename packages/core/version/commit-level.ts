import { invalidInput } from '../errors/index.js';
import {
  parseCommit,
  parseMergedTitle,
  parseSquashed,
  type ParsedCommit,
} from './commit-message.js';
import type { Level } from './version.js';

/** A commit, as much of it as versions are made from. */
export interface Commit {
  readonly hash: string;
  readonly parents: readonly string[];
  /** When it was committed, in seconds since 1970. */
  readonly seconds: number;
  readonly message: string;
}

/** What one commit of a service's line means for its version. */
export interface Change {
  readonly hash: string;
  readonly seconds: number;
  readonly level: Level | 'none';
  /** For the changelog; several where a merge or a squash says nothing by itself. */
  readonly entries: readonly ChangeEntry[];
}

export interface ChangeEntry {
  readonly hash: string;
  readonly level: Level | 'none';
  readonly commit: ParsedCommit;
  /** The merge or squash that brought it, where that says nothing by itself. */
  readonly broughtBy?: Bringer;
}

/** By what a revert may name it: its hash, its header, and the title of the pull request below that. */
interface Bringer {
  readonly hash: string;
  readonly headers: readonly string[];
}

/** Levels by the type of a commit, beside those that hold without being told. */
export type LevelRules = ReadonlyMap<string, Level | 'none'>;

export const changeLevels = ['none', 'patch', 'minor', 'major'] as const;

const ownRules: LevelRules = new Map([
  ['feat', 'minor'],
  ['docs', 'none'],
  ['test', 'none'],
  ['ci', 'none'],
  ['style', 'none'],
]);

/** Commits of this type are of this level. */
export interface LevelRule {
  /** In lower case. */
  readonly type: string;
  readonly level: Level | 'none';
}

/**
 * Reads one rule of the input `levels`.
 *
 * @example parseLevelRule('perf: minor') // { type: 'perf', level: 'minor' }
 * @throws SlipwayError `invalid-input`
 */
export function parseLevelRule(text: string, subject = 'levels'): LevelRule {
  const { type, word } = /^(?<type>[^\s:]+)\s*:\s*(?<word>\S+)$/.exec(text)?.groups ?? {};
  const level = changeLevels.find((name) => name === word);
  if (type !== undefined && level !== undefined) return { type: type.toLowerCase(), level };
  throw invalidInput([
    { subject, given: text, expected: 'a type and its level: perf: minor (or none, patch, major)' },
  ]);
}

/**
 * How much a commit changes: what breaks is `major`, whatever its type; `feat` is `minor`; `docs`, `test`,
 * `ci` and `style` are `none`; everything else is `patch`, a revert and a message that follows no convention too.
 *
 * @example computeCommitLevel(parseCommit('feat: prices')) // 'minor'
 */
export function computeCommitLevel(
  commit: ParsedCommit,
  rules: LevelRules = new Map(),
): Level | 'none' {
  if (commit.makesNoVersion) return 'none';
  if (commit.isBreaking) return 'major';
  if (commit.type === undefined) return 'patch';
  return rules.get(commit.type) ?? ownRules.get(commit.type) ?? 'patch';
}

/**
 * What a commit means for the version. A merge is what its title says, its own or the pull request's below
 * it; a merge without a conventional title is as much as the most of what it brings, squashes and merges among that
 * too, and so is a squash without one that lists its commits.
 *
 * @param merged the commits that a merge brings, as far as they touch the service
 */
export function computeChange(
  commit: Commit,
  merged: readonly Commit[],
  rules: LevelRules = new Map(),
): Change {
  const { hash, seconds } = commit;
  const own = readOwn(commit, rules);
  const brought = isUntold(own) ? listBrought(commit, merged, rules) : [];
  const entries =
    brought.length > 0 ? brought : [{ hash, commit: own, level: computeCommitLevel(own, rules) }];
  return { hash, seconds, level: findHighestLevel(entries), entries };
}

/** @example findHighestLevel([{ level: 'patch' }, { level: 'minor' }]) // 'minor' */
export function findHighestLevel(
  items: readonly { readonly level: Level | 'none' }[],
): Level | 'none' {
  let highest = 0;
  for (const { level } of items) highest = Math.max(highest, changeLevels.indexOf(level));
  return changeLevels[highest] ?? 'none';
}

/**
 * Whether a merge has to be looked into: its own message does not say what it changes.
 *
 * @example isUntoldMerge({ parents: ['a', 'b'], message: "Merge branch 'prices'", … }) // true
 */
export function isUntoldMerge(commit: Commit, rules: LevelRules = new Map()): boolean {
  return commit.parents.length > 1 && isUntold(readOwn(commit, rules));
}

function isUntold({ type, isBreaking, makesNoVersion, reverts }: ParsedCommit): boolean {
  return type === undefined && !isBreaking && !makesNoVersion && reverts === undefined;
}

function listBrought(
  { hash, parents, message }: Commit,
  merged: readonly Commit[],
  rules: LevelRules,
): readonly ChangeEntry[] {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  const isMerge = parents.length > 1;
  const headers = lines.slice(0, isMerge ? 2 : 1).map((line) => line.trim());
  const broughtBy = { hash, headers };
  if (isMerge) {
    const entries = merged.flatMap((inner) => computeChange(inner, [], rules).entries);
    return entries.map((entry) => ({ ...entry, broughtBy }));
  }
  return parseSquashed(message, rules).map((commit) => ({
    ...{ hash, commit, broughtBy },
    level: computeCommitLevel(commit, rules),
  }));
}

function readOwn({ parents, message }: Commit, rules: LevelRules): ParsedCommit {
  const parsed = parseCommit(message, rules);
  if (parents.length < 2 || parsed.type !== undefined) return parsed;
  return parseMergedTitle(message, rules) ?? parsed;
}
