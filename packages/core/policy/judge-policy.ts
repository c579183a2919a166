import type { Freeze, GateName, PolicySettings } from '../config/index.js';
import { assertNever } from '../errors/index.js';
import { findNewestResult, type Statement } from '../evidence/index.js';
import type { Digest } from '../image-ref/index.js';
import type { Quarantine } from '../release/index.js';
import type { Level } from '../version/index.js';

/** How the candidate's version stands to the one that is live. */
export type Update =
  | { readonly direction: 'first' }
  | { readonly direction: 'up'; readonly from: string; readonly level: Level }
  | { readonly direction: 'same' | 'down'; readonly from: string };

/** Everything that a judgement rests on. */
export interface PolicyFacts {
  readonly version: string;
  /** And no prerelease. */
  readonly isRelease: boolean;
  readonly update: Update;
  /** What is live has the candidate's image. */
  readonly isSameImage: boolean;
  /** All evidence about the candidate's digest. */
  readonly evidence: readonly { readonly digest: Digest; readonly statement: Statement }[];
  /** What forbids this image. */
  readonly quarantine?: Quarantine;
  /** RFC 3339. */
  readonly now: string;
}

/** Whether a gate was passed, and by which evidence. */
export interface GateVerdict {
  readonly gate: GateName;
  readonly state: 'passed' | 'failed' | 'missing';
  /** The referrer that proves it. */
  readonly evidence?: Digest;
  readonly sentence: string;
}

/** May it go? */
export interface PolicyVerdict {
  readonly decision: 'proceed' | 'approve' | 'blocked';
  readonly level: Level;
  /** The GitHub environment whose reviewers are asked; present where the decision is `approve`. */
  readonly approvalEnvironment?: string;
  readonly soakMs: number;
  readonly gates: readonly GateVerdict[];
  /** What blocks it, beside gates that were not passed. */
  readonly obstacles: readonly string[];
  /** Everything that was considered, a sentence each, for the reviewer. */
  readonly reasons: readonly string[];
}

type Result = NonNullable<Statement['testResult']>;

/** Without a policy an update needs nothing but to work. */
const noPolicy: PolicySettings = {
  require: [],
  levels: { patch: { require: [] }, minor: { require: [] }, major: { require: [] } },
  freezes: [],
};

/**
 * Judges an update of production: by its level, its evidence and the calendar. The gates of a level come on
 * top of those that every update needs. The first release is judged as a major one.
 *
 * @example judgePolicy(policy, { version: '1.5.0', update: { direction: 'up', from: '1.4.2', level: 'minor' }, … })
 * // { decision: 'approve', level: 'minor', approvalEnvironment: 'production-approval', … }
 */
export function judgePolicy(policy: PolicySettings | undefined, facts: PolicyFacts): PolicyVerdict {
  const { require, levels, freezes } = policy ?? noPolicy;
  const level = levelOf(facts.update);
  const settings = levels[level];
  const required = [...new Set([...require, ...settings.require])];
  const gates = required.map((gate) => judgeGate(gate, facts));
  const obstacles = findObstacles(facts, freezes);
  const isBlocked = obstacles.length > 0 || gates.some(({ state }) => state !== 'passed');
  const { approvalEnvironment, soakMs = 0 } = settings;
  const needed = approvalEnvironment !== undefined;
  return {
    decision: isBlocked ? 'blocked' : needed ? 'approve' : 'proceed',
    level,
    ...(needed ? { approvalEnvironment } : {}),
    soakMs,
    gates,
    obstacles,
    reasons: [
      describeUpdate(facts),
      ...gates.map(({ sentence }) => sentence),
      ...(required.length === 0 ? ['the policy asks for no gate'] : []),
      needed
        ? `the reviewers of ${approvalEnvironment} approve a ${level} update`
        : `nobody has to approve a ${level} update`,
      ...obstacles,
    ],
  };
}

/**
 * The freeze that is in force.
 *
 * @param now RFC 3339
 */
export function findFreeze(freezes: readonly Freeze[], now: string): Freeze | undefined {
  const time = Date.parse(now);
  return freezes.find(({ from, to }) => Date.parse(from) <= time && time < endOf(to));
}

const dayMs = 86_400_000;

/** A day is frozen to its end. */
function endOf(to: string): number {
  return Date.parse(to) + (to.includes('T') ? 0 : dayMs);
}

/** @example describeFreeze({ from, to, reason: 'year end' }) // 'deployments are frozen until …: year end' */
export function describeFreeze({ to, reason }: Freeze): string {
  return `deployments are frozen until ${to}: ${reason}`;
}

function levelOf(update: Update): Level {
  switch (update.direction) {
    case 'first':
      return 'major';
    case 'up':
      return update.level;
    case 'same': // nobody knows what is new about it
    case 'down':
      return 'major';
    default:
      return assertNever(update);
  }
}

function describeUpdate({ version, update }: PolicyFacts): string {
  switch (update.direction) {
    case 'first':
      return `${version} is the first release here: judged as a major update`;
    case 'up':
      return `${update.from} → ${version} is a ${update.level} update`;
    case 'same':
      return `${version} is live already: planned again, it is judged as a major update`;
    case 'down':
      return `${update.from} → ${version} is a step back`;
    default:
      return assertNever(update);
  }
}

/** What failed last in any environment has failed, whatever passed elsewhere. */
function judgeGate(gate: GateName, { evidence, now }: PolicyFacts): GateVerdict {
  const places = new Set(evidence.map(({ statement }) => statement.testResult?.environment));
  const newestOfEach = [...places].flatMap((place) => {
    const isMeant = (result: Result): boolean =>
      result.gate === gate && result.environment === place;
    return findNewestResult(evidence, isMeant, now) ?? [];
  });
  const newest =
    newestOfEach.find(({ result }) => result.result === 'FAILED') ??
    newestOfEach.toSorted((a, b) => Date.parse(b.result.at) - Date.parse(a.result.at))[0];
  if (newest === undefined) {
    return { gate, state: 'missing', sentence: `${gate}: no evidence about this image` };
  }
  const { result } = newest;
  const { tests, at, environment } = result;
  const where = environment === undefined ? '' : ` in ${environment}`;
  const count = tests === undefined ? '' : `, ${tests.passed} tests passed, ${tests.failed} failed`;
  const passed = result.result === 'PASSED';
  return {
    gate,
    state: passed ? 'passed' : 'failed',
    evidence: newest.digest,
    sentence: `${gate}: ${passed ? 'passed' : 'failed'}${where} at ${at}${count}`,
  };
}

function findObstacles(facts: PolicyFacts, freezes: readonly Freeze[]): readonly string[] {
  const { update, version, isRelease, isSameImage, quarantine, now } = facts;
  const freeze = findFreeze(freezes, now);
  return [
    ...(freeze === undefined ? [] : [describeFreeze(freeze)]),
    ...(quarantine === undefined
      ? []
      : [`${quarantine.version} is quarantined since ${quarantine.at}: ${quarantine.reason}`]),
    ...(isRelease ? [] : [`${version} is a prerelease: production takes releases only`]),
    ...(update.direction === 'down'
      ? [`${update.from} is live, and ${version} is older: going back is what rollback is for`]
      : []),
    ...(update.direction === 'same' && !isSameImage
      ? [`${version} is live with another image: a version is one image for ever`]
      : []),
  ];
}
