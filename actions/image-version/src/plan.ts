import { assertNever, SlipwayError } from '@slipway/core/errors';
import {
  adjustLevel,
  bumpVersion,
  compareVersions,
  computeLevel,
  computeMovingTags,
  findHighestLevel,
  foldVersions,
  formatPrerelease,
  isRelease,
  limitToPatch,
  splitVersion,
  type Change,
  type Level,
  type MajorZeroRule,
  type Version,
  type VersionStep,
} from '@slipway/core/version';
import {
  assertBelowLater,
  assertFree,
  listUnclear,
  noteUnclear,
  refuseUnclear,
  type Line,
  type Place,
  type ServiceHistory,
} from '@slipway/flow/history';

/** What a version is asked for with. */
export interface VersionRules {
  readonly initialVersion: Version;
  readonly majorZero: MajorZeroRule;
  readonly bump?: Level;
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
>;

/**
 * The version of a service, from its history alone: the same each time it is asked for.
 *
 * @throws SlipwayError `no-version` when the number is another commit's, or is not between what was released before
 * and after it; with `isStrict` for messages that follow no convention
 */
export function planVersion(history: ServiceHistory, rules: VersionRules): ServiceVersion {
  const { service, tagPrefix, place, line, isChanged } = history;
  const decision = decide(history, place, rules);
  const isFinal = isRelease(decision.version);
  const named = line.names.find(({ version }) => version === decision.version);
  const name = named?.name;
  const unclear = name === undefined ? listUnclear([...line.changes, ...history.own]) : [];
  if (rules.isStrict && unclear.length > 0) throw refuseUnclear(service, unclear);
  const left = history.left === undefined ? [] : foldLine(history.left.line, rules);
  if (isFinal && name === undefined) {
    assertFree(history, decision, place.kind === 'maintenance' ? left : []);
  }
  if (name === undefined && place.kind !== 'other') assertBelowLater(history, decision.version);
  const versions = [...history.tags, ...left.filter((step) => step.isRelease)].map(
    ({ version }) => version,
  );
  return {
    service,
    ...decision,
    isRelease: isFinal,
    isChanged,
    ...(isFinal || name !== undefined ? { tag: name ?? `${tagPrefix}${decision.version}` } : {}),
    ...(named === undefined ? {} : { tagged: named.hash }),
    movingTags: limitMovingTags(
      computeMovingTags(decision.version, versions),
      history,
      decision.version,
    ),
    ...(line.base === undefined ? {} : { since: line.base.name }),
    notes: unclear.length === 0 ? [] : [noteUnclear(unclear)],
  };
}

function decide(history: ServiceHistory, place: Place, rules: VersionRules): Decision {
  switch (place.kind) {
    case 'release':
      return decideRelease(history, rules);
    case 'maintenance':
      return decideMaintenance(history, place, rules);
    case 'fixed':
      return decideFixed(history, place, rules);
    case 'other':
      return decidePrerelease(history, place.name, rules);
    default:
      return assertNever(place);
  }
}

function decideRelease(history: ServiceHistory, rules: VersionRules): Decision {
  const { line } = history;
  const steps = foldLine(line, rules);
  const step = findPushedRelease(steps, history) ?? steps.at(-1);
  if (step === undefined) throw new Error(`no commit on the line of ${history.service}`);
  const { change, previous } = step;
  const before = previous === undefined ? {} : { previous };
  const rest = { commit: change, changes: line.changes, ...before };
  const [name] = line.names;
  if (name !== undefined) {
    const isSame = name.version === step.version || previous === undefined;
    const level = isSame ? step.level : computeLevel(previous, name.version).level;
    return { ...rest, version: name.version, level, reason: `the tag ${name.name} says so` };
  }
  if (rules.bump !== undefined) {
    const { bump, initialVersion } = rules;
    const version = previous === undefined ? initialVersion : bumpVersion(previous, bump);
    const reason = `the input bump says ${bump}; the commits say ${step.level}`;
    return { ...rest, version, level: bump, reason };
  }
  return { ...rest, version: step.version, level: step.level, reason: describeStep(step) };
}

/**
 * A push may end with commits that make no version: what it releases is the newest of its commits that does.
 * Undefined where the last commit makes one, or is asked about alone.
 */
function findPushedRelease(
  steps: readonly VersionStep[],
  { line, isNew }: ServiceHistory,
): VersionStep | undefined {
  if (line.names.length > 0 || steps.at(-1)?.isRelease !== false) return undefined;
  return steps.findLast(({ isRelease: isOne, change }) => isOne && isNew?.(change.hash) === true);
}

/** What the branch adds are fixes of its line, whatever their authors call them. */
function decideMaintenance(
  history: ServiceHistory,
  { branch, line: name }: Place & { readonly kind: 'maintenance' },
  rules: VersionRules,
): Decision {
  const { line, left, service } = history;
  const isOwn = left?.isOwn ?? (() => true);
  const changes = line.changes.map((change) =>
    isOwn(change.hash) ? limitToPatch(change) : change,
  );
  const decision = decideRelease({ ...history, line: { ...line, changes } }, rules);
  const { major, minor } = splitVersion(decision.version);
  if (`${major}.${minor}` === name) return { ...decision, changes: line.changes };
  throw new SlipwayError(
    'no-version',
    `the branch ${branch} is for ${name}, and its commit would be ${decision.version} of ${service}`,
    { fix: `Begin the branch at a commit whose version is ${name}.0 or a later one of ${name}.` },
  );
}

function decideFixed(
  history: ServiceHistory,
  place: Place & { readonly kind: 'fixed' },
  rules: VersionRules,
): Decision {
  const { line, service } = history;
  if (line.names.length > 0) return decideRelease(history, rules);
  const { branch, version } = place;
  const { base } = line;
  if (base !== undefined && compareVersions(version, base.version) <= 0) {
    throw new SlipwayError(
      'no-version',
      `the branch ${branch} says ${version}, which is not above ${base.name} that this commit contains`,
      { fix: `Name the branch after a version above ${base.version}: release/${service}/….` },
    );
  }
  const before = base === undefined ? {} : { previous: base.version };
  const level =
    base === undefined ? findHighestLevel(line.changes) : computeLevel(base.version, version).level;
  return {
    version,
    ...before,
    level,
    commit: line.last ?? history.head,
    changes: line.changes,
    reason: `the branch ${branch} says so`,
  };
}

function decidePrerelease(history: ServiceHistory, name: string, rules: VersionRules): Decision {
  const { head, own } = history;
  const previous = findReleased(history.line, rules);
  const level = rules.bump ?? adjustLevel(findHighestLevel(own), previous, rules.majorZero);
  const step = level === 'none' ? 'patch' : level;
  const next = previous === undefined ? rules.initialVersion : bumpVersion(previous, step);
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

/** The last release of a line, whether or not it has a tag. */
function findReleased(line: Line, rules: VersionRules): Version | undefined {
  const named = line.names.find(({ version }) => isRelease(version));
  if (named !== undefined) return named.version;
  const last = foldLine(line, rules).at(-1);
  if (last === undefined) return line.base?.version;
  return last.isRelease ? last.version : last.previous;
}

function foldLine(line: Line, rules: VersionRules): readonly VersionStep[] {
  const { initialVersion: initial, majorZero } = rules;
  const from = line.base === undefined ? {} : { from: line.base.version };
  return foldVersions(line.changes, { ...from, initial, majorZero });
}

/** A maintenance branch moves only its own tags where nobody knows what goes on without it. */
function limitMovingTags(
  tags: readonly string[],
  { place, left }: ServiceHistory,
  version: Version,
): readonly string[] {
  if (place.kind !== 'maintenance' || left !== undefined) return tags;
  const { major, minor } = splitVersion(version);
  return tags.filter((tag) => tag === `${major}.${minor}`);
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
