import { assertNever, SlipwayError } from '@slipway/core/errors';
import {
  adjustLevel,
  bumpVersion,
  computeLevel,
  findHighestLevel,
  formatChangelog,
  formatPrerelease,
  isRelease,
  splitVersion,
  type Change,
  type Level,
  type MajorZeroRule,
  type Version,
  type VersionStep,
} from '@slipway/core/version';
import {
  assertBelowLater,
  assertCounted,
  assertFree,
  findReleased,
  foldLine,
  listMovingTags,
  listUnclear,
  noteForeignTag,
  noteUnclear,
  raiseLast,
  refuseUnclear,
  tryBegin,
  type LinePlace,
  type PlacedLine,
  type ServiceHistory,
} from '@slipway/flow/history';

/** What a version is asked for with. */
export interface VersionRules {
  readonly initialVersion: Version;
  readonly majorZero: MajorZeroRule;
  readonly bump?: Level;
  /** Whether this run reserves what it makes. */
  readonly isTagging: boolean;
  /** Whether the tags begin as somebody said, and not as usual. */
  readonly isPrefixGiven: boolean;
  /** Whether a message that follows no convention is refused. */
  readonly isStrict: boolean;
}

/** The version of one service at one commit, and why it is that. */
export interface ServiceVersion {
  readonly service: string;
  readonly version: Version;
  readonly previous?: Version;
  readonly level: Level | 'none';
  readonly isRelease: boolean;
  readonly isChanged: boolean;
  /** The Git tag that names the version; only of a release. */
  readonly tag?: string;
  /** The commit that the tag names already: `commit`, or a later one that does not touch the service. */
  readonly tagged?: string;
  readonly movingTags: readonly string[];
  /** The commit that has this version: HEAD, or the last one before it that touches the service. */
  readonly commit: { readonly hash: string; readonly seconds: number };
  /** The tag since which `changes` happened. */
  readonly since?: string;
  readonly changes: readonly Change[];
  /** Why it is this version, in one sentence. */
  readonly reason: string;
  /** What its author may want to know. */
  readonly notes: readonly string[];
}

/** What the kinds of lines decide differently. */
type Decision = Pick<
  ServiceVersion,
  'version' | 'previous' | 'level' | 'commit' | 'changes' | 'reason'
> &
  Partial<Pick<ServiceVersion, 'notes'>>;

/**
 * The version of a service, from its history alone: the same each time it is asked for.
 *
 * @throws SlipwayError `no-version` when the number is another commit's, or is not between what was released before
 * and after it; with `isStrict` for messages that follow no convention
 */
export function planVersion(history: ServiceHistory, rules: VersionRules): ServiceVersion {
  const { service, tagPrefix, place, isChanged } = history;
  const { line } = history.on;
  const foreign = noteForeignTag(history, rules.isPrefixGiven);
  const { notes: told = [], ...decision } = decide(history, rules);
  const notes = [...foreign, ...told];
  const isFinal = isRelease(decision.version);
  const named = line.names.find(({ version }) => version === decision.version);
  const name = named?.name;
  const unclear = name === undefined ? listUnclear([...line.changes, ...history.own]) : [];
  if (rules.isStrict && unclear.length > 0) throw refuseUnclear(service, unclear);
  if (name === undefined) assertCounted(history);
  if (isFinal && name === undefined) assertFree(history, decision, rules);
  if (name === undefined && place.kind !== 'other') assertBelowLater(history, decision.version);
  // a branch that adds nothing yet would have to give them back
  const isKept = rules.isTagging || tryBegin(history.on) === undefined;
  return {
    service,
    ...decision,
    isRelease: isFinal,
    isChanged,
    ...(isFinal || name !== undefined ? { tag: name ?? `${tagPrefix}${decision.version}` } : {}),
    ...(named === undefined ? {} : { tagged: named.hash }),
    movingTags: isKept ? listMovingTags(history, decision.version, rules) : [],
    ...(line.base === undefined ? {} : { since: line.base.name }),
    notes: unclear.length === 0 ? notes : [...notes, noteUnclear(unclear)],
  };
}

function decide(history: ServiceHistory, rules: VersionRules): Decision {
  const { place, on } = history;
  if (place.kind === 'other') return decidePrerelease(history, place.name, rules);
  const step = findStep(history, rules);
  if (on.line.names.length > 0) return decideTagged(history, step);
  switch (place.kind) {
    case 'release':
      return decideRelease(history, step, rules);
    case 'maintenance':
      return decideMaintenance(history, place, step, rules);
    case 'fixed':
      return decideFixed(history, place, step, rules);
    default:
      return assertNever(place);
  }
}

/**
 * A push may end with commits that make no version: what it releases is the newest of its commits that does.
 * Undefined where no commit since the base touches the service.
 */
function findStep({ on, isNew }: ServiceHistory, rules: VersionRules): VersionStep | undefined {
  const steps = foldLine(on, rules);
  const last = steps.at(-1);
  if (on.line.names.length > 0 || last?.isRelease !== false) return last;
  const isPushed = ({ isRelease: isOne, change }: VersionStep): boolean =>
    isOne && isNew?.(change.hash) === true;
  return steps.findLast(isPushed) ?? last;
}

function decideTagged(
  { on: { line }, head }: ServiceHistory,
  step: VersionStep | undefined,
): Decision {
  const [name] = line.names;
  if (name === undefined) throw new Error('the commit has no tag');
  const previous = step?.previous;
  const isSame = name.version === step?.version || previous === undefined;
  return {
    ...describeCommit(line, head, step),
    version: name.version,
    level: isSame ? (step?.level ?? 'none') : computeLevel(previous, name.version).level,
    reason: `the tag ${name.name} says so`,
  };
}

function decideRelease(
  { service, on: { line }, head }: ServiceHistory,
  step: VersionStep | undefined,
  { bump, initialVersion }: Pick<VersionRules, 'bump' | 'initialVersion'>,
): Decision {
  if (step === undefined) throw new Error(`no commit on the line of ${service}`);
  const rest = describeCommit(line, head, step);
  if (bump === undefined) {
    return { ...rest, version: step.version, level: step.level, reason: describeStep(step) };
  }
  const { previous } = step;
  const version = previous === undefined ? initialVersion : bumpVersion(previous, bump);
  return { ...rest, version, level: bump, reason: describeBump(bump, step.level) };
}

function describeBump(bump: Level, level: Level | 'none' = 'none'): string {
  return `the input bump says ${bump}; the commits say ${level}`;
}

function describeCommit(
  { last, changes }: PlacedLine['line'],
  head: ServiceHistory['head'],
  step: VersionStep | undefined,
): Pick<Decision, 'commit' | 'changes' | 'previous'> {
  const before = step?.previous === undefined ? {} : { previous: step.previous };
  return { commit: step?.change ?? last ?? head, changes, ...before };
}

function decideMaintenance(
  history: ServiceHistory,
  place: LinePlace & { readonly kind: 'maintenance' },
  step: VersionStep | undefined,
  rules: VersionRules,
): Decision {
  const decision = decideRelease(history, step, rules);
  if (isOnLine(decision.version, place)) return decision;
  const line = `${place.major}.${place.minor}`;
  throw new SlipwayError(
    'no-version',
    `the branch ${place.branch} is for ${line}, and its commit would be ${decision.version} of ${history.service}`,
    { fix: `Begin the branch at a commit whose version is ${line}.0 or a later one of ${line}.` },
  );
}

function decideFixed(
  history: ServiceHistory,
  { branch, version }: LinePlace & { readonly kind: 'fixed' },
  own: VersionStep | undefined,
  rules: VersionRules,
): Decision {
  const { bump, initialVersion } = rules;
  if (bump !== undefined && bump !== 'patch') throw refuseBump(history, branch, bump);
  const step = bump === undefined ? own : foldLine(raiseLast(history.on), rules).at(-1);
  const decision = decideRelease(history, step, { initialVersion });
  if (!isOnLine(decision.version, splitVersion(version))) {
    throw new SlipwayError(
      'no-version',
      `the branch ${branch} says ${version}, which is not above ${decision.previous ?? ''} that this commit contains`,
      { fix: `Name the branch after a higher version: release/${history.service}/….` },
    );
  }
  const told = bump === undefined ? decision.reason : describeBump(bump, own?.level);
  const reason = decision.version === version ? `the branch ${branch} says so` : told;
  if (tryBegin(history.on) === undefined) return { ...decision, reason };
  const note = `${branch} adds nothing yet, and its first commit would be ${version} too: reserve it with create-tag`;
  return { ...decision, reason, notes: [note] };
}

function refuseBump({ service }: ServiceHistory, branch: string, bump: Level): SlipwayError {
  return new SlipwayError(
    'no-version',
    `the branch ${branch} says the number, and what it adds are patches: the input bump cannot be ${bump}`,
    {
      fix: `Leave bump out, or set it to patch; another number takes another branch, release/${service}/….`,
    },
  );
}

function isOnLine(
  version: Version,
  line: { readonly major: number; readonly minor: number },
): boolean {
  const { major, minor } = splitVersion(version);
  return major === line.major && minor === line.minor;
}

function decidePrerelease(history: ServiceHistory, name: string, rules: VersionRules): Decision {
  const { head, own, on } = history;
  const begun = tryBegin(on);
  const { branch } = on.place;
  const before = begun === undefined ? on : { ...on, place: { kind: 'release' as const, branch } };
  const previous = findReleased(before, rules);
  const highest = findBranchLevel(history, previous, rules);
  const level =
    begun === undefined || previous === undefined ? highest : computeLevel(previous, begun).level;
  const step = level === 'none' ? 'patch' : level;
  const next =
    begun ?? (previous === undefined ? rules.initialVersion : bumpVersion(previous, step));
  const version = formatPrerelease(next, { name, distance: own.length, hash: head.hash });
  const commits = own.length === 1 ? '1 commit' : `${own.length} commits`;
  return {
    version,
    ...(previous === undefined ? {} : { previous }),
    level,
    commit: head,
    changes: own,
    reason: `${name} is no release branch; its ${commits} would make ${next}`,
  };
}

/** What goes to a branch for an older line or for one number are fixes there. */
function findBranchLevel(
  { own, on }: ServiceHistory,
  previous: Version | undefined,
  { bump, majorZero }: VersionRules,
): Level | 'none' {
  if (bump !== undefined) return bump;
  const highest = findHighestLevel(own);
  if (on.place.kind !== 'release') return highest === 'none' ? 'none' : 'patch';
  return adjustLevel(highest, previous, majorZero);
}

function describeStep({ change, level, previous, isRelease: isOne }: VersionStep): string {
  const [entry] = change.entries.toSorted(
    (a, b) => Number(b.level === change.level) - Number(a.level === change.level),
  );
  const commit = `“${entry?.commit.header ?? ''}” (${change.hash.slice(0, 7)})`;
  if (!isOne) return `${commit} makes no version`;
  return previous === undefined
    ? `the first version, from ${commit}`
    : `${level} after ${previous}: ${commit}`;
}

/** The changelog of a version; where it is cut, it says where the commits are. */
export function formatVersionLog(
  { changes, since, commit }: ServiceVersion,
  url: string | undefined,
): string {
  if (url === undefined) return formatChangelog(changes);
  const range =
    since === undefined ? `commits/${commit.hash}` : `compare/${since}...${commit.hash}`;
  return formatChangelog(changes, { url, more: `${url}/${range}` });
}
