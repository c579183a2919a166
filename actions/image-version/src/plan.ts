import { assertNever, SlipwayError } from '@slipway/core/errors';
import {
  bumpVersion,
  compareVersions,
  computeLevel,
  computeMovingTags,
  findHighestLevel,
  foldVersions,
  formatPrerelease,
  isRelease,
  type Change,
  type Level,
  type Version,
  type VersionStep,
} from '@slipway/core/version';
import type { Place, ServiceHistory } from '@slipway/flow/history';

/** What a version is asked for with. */
export interface VersionRules {
  readonly initialVersion: Version;
  readonly bump?: Level;
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
  readonly movingTags: readonly string[];
  /** The commit that has this version: HEAD, or the last one before it that touches the service. */
  readonly commit: { readonly hash: string; readonly seconds: number };
  /** The tag since which `changes` happened. */
  readonly since?: string;
  readonly changes: readonly Change[];
  /** Why it is this version, in one sentence. */
  readonly reason: string;
}

/** What the kinds of lines decide differently. */
type Decision = Pick<
  ServiceVersion,
  'version' | 'previous' | 'level' | 'commit' | 'changes' | 'reason'
>;

/**
 * The version of a service, from its history alone: the same each time it is asked for.
 *
 * @throws SlipwayError `no-version` when the number is another commit's, or is below what was released
 */
export function planVersion(history: ServiceHistory, rules: VersionRules): ServiceVersion {
  const { service, tagPrefix, place, line, isChanged } = history;
  const decision = decide(history, place, rules);
  const isFinal = isRelease(decision.version);
  const name = line.names.find(({ version }) => version === decision.version)?.name;
  if (isFinal && name === undefined) assertFree(history, decision.version);
  const versions = history.tags.map(({ version }) => version);
  return {
    service,
    ...decision,
    isRelease: isFinal,
    isChanged,
    ...(isFinal || name !== undefined ? { tag: name ?? `${tagPrefix}${decision.version}` } : {}),
    movingTags: computeMovingTags(decision.version, versions),
    ...(line.base === undefined ? {} : { since: line.base.name }),
  };
}

function decide(history: ServiceHistory, place: Place, rules: VersionRules): Decision {
  switch (place.kind) {
    case 'release':
      return decideRelease(history, rules);
    case 'fixed':
      return decideFixed(history, place, rules);
    case 'other':
      return decidePrerelease(history, place.name, rules);
    default:
      return assertNever(place);
  }
}

function decideRelease(history: ServiceHistory, { initialVersion, bump }: VersionRules): Decision {
  const { line } = history;
  const steps = foldLine(history, initialVersion);
  const step = findPushedRelease(steps, history) ?? steps.at(-1);
  if (step === undefined) throw new Error(`no commit on the line of ${history.service}`);
  const { change, previous } = step;
  const before = previous === undefined ? {} : { previous };
  const rest = { commit: change, changes: line.changes, ...before };
  const [name] = line.names;
  if (name !== undefined) {
    const isSame = name.version === step.version || previous === undefined;
    const level = isSame ? change.level : computeLevel(previous, name.version).level;
    return { ...rest, version: name.version, level, reason: `the tag ${name.name} says so` };
  }
  if (bump !== undefined) {
    const version = previous === undefined ? initialVersion : bumpVersion(previous, bump);
    const reason = `the input bump says ${bump}; the commits say ${change.level}`;
    return { ...rest, version, level: bump, reason };
  }
  const reason = describeStep(step);
  return { ...rest, version: step.version, level: change.level, reason };
}

/**
 * A push may end with commits that make no version: what it releases is the newest of its commits that does.
 * Undefined where the last commit makes one, or is asked about alone.
 */
function findPushedRelease(
  steps: readonly VersionStep[],
  { line, pushed }: ServiceHistory,
): VersionStep | undefined {
  if (line.names.length > 0 || steps.at(-1)?.isRelease !== false) return undefined;
  return steps.findLast(({ isRelease: isOne, change }) => isOne && pushed.has(change.hash));
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
    commit: line.changes.at(-1) ?? history.head,
    changes: line.changes,
    reason: `the branch ${branch} says so`,
  };
}

function decidePrerelease(
  history: ServiceHistory,
  name: string,
  { initialVersion, bump }: VersionRules,
): Decision {
  const { head, own } = history;
  const previous = findReleased(history, initialVersion);
  const level = bump ?? findHighestLevel(own);
  const step = level === 'none' ? 'patch' : level;
  const next = previous === undefined ? initialVersion : bumpVersion(previous, step);
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

/** The last release of the line, whether or not it has a tag. */
function findReleased(history: ServiceHistory, initial: Version): Version | undefined {
  const named = history.line.names.find(({ version }) => isRelease(version));
  if (named !== undefined) return named.version;
  const last = foldLine(history, initial).at(-1);
  if (last === undefined) return history.line.base?.version;
  return last.isRelease ? last.version : last.previous;
}

function foldLine({ line }: ServiceHistory, initial: Version): readonly VersionStep[] {
  const from = line.base === undefined ? {} : { from: line.base.version };
  return foldVersions(line.changes, { ...from, initial });
}

function describeStep({ change, previous, isRelease: makesRelease }: VersionStep): string {
  const [entry] = change.entries.filter(({ level }) => level === change.level);
  const header = entry === undefined ? '' : entry.commit.header;
  const commit = `“${header}” (${change.hash.slice(0, 7)})`;
  if (!makesRelease) return `${commit} makes no version`;
  return previous === undefined
    ? `the first version, from ${commit}`
    : `${change.level} after ${previous}: ${commit}`;
}

/** Two commits never have the same release version. */
function assertFree({ tags, service }: ServiceHistory, version: Version): void {
  const taken = tags.find((tag) => tag.version === version);
  if (taken === undefined) return;
  throw new SlipwayError(
    'no-version',
    `${version} is the next version of ${service}, and ${taken.name} names another commit already (${taken.hash.slice(0, 7)})`,
    { fix: 'Merge the line that has this tag, or choose a higher number with the input bump.' },
  );
}
