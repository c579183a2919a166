import { formatDuration } from '../duration/index.js';
import type { Digest } from '../image-ref/index.js';
import { isQuarantined, type Attempt, type LedgerState } from './state.js';

export interface ReturnRequest {
  /** The bundle that is being left: it never counts. */
  readonly leaving: Digest;
  /** `last-known-good`, a version, or a bundle's digest. */
  readonly to: string;
  /**
   * The deployment that was live when a failed attempt began: an automatic rollback goes back to it if it
   * was verified. Absent when a person asks.
   */
  readonly wasLive?: string;
  /** Quarantined bundles may be named, with a reason. */
  readonly override: boolean;
  /** For how long the live bundle has been good. */
  readonly now: string;
}

export type ReturnChoice =
  | { readonly state: 'chosen'; readonly attempt: Attempt; readonly explanation: string }
  | { readonly state: 'none'; readonly explanation: string };

/**
 * Where to return to, and why: the look-up that makes a rollback safe.
 *
 * @example chooseReturn(state, { leaving, to: 'last-known-good', override: false, now })
 * // { state: 'chosen', attempt: { version: '1.1.0', … },
 * //   explanation: '1.3.0 is being left, 1.2.0 is quarantined (crash-loop), 1.1.0 was good for 6 d 4 h: chosen' }
 */
export function chooseReturn(state: LedgerState, request: ReturnRequest): ReturnChoice {
  const releases = groupByBundle(state);
  const isNamed = request.to !== 'last-known-good';
  const candidates = releases.filter((release) => !isNamed || isMeant(release, request.to));
  if (isNamed && candidates.length === 0) {
    return { state: 'none', explanation: `the ledger knows no bundle ${request.to}` };
  }
  const usable = candidates.filter(
    (release) =>
      release.bundle !== request.leaving &&
      (quarantineOf(state, release) === undefined || (isNamed && request.override)),
  );
  const chosen = isNamed ? usable.find(wasLive) : pick(usable, request);
  const told = tellRejected(state, isNamed ? candidates : releases, request, chosen);
  if (chosen === undefined) {
    const rest = told.length === 0 ? 'nothing else was ever live here' : told.join(', ');
    return { state: 'none', explanation: rest };
  }
  const reason = `${tellChosen(chosen, request)}: chosen`;
  return { state: 'chosen', attempt: chosen.newest, explanation: [...told, reason].join(', ') };
}

/** All attempts with one bundle: what people call a release. */
interface Release {
  readonly bundle: Digest;
  readonly newest: Attempt;
  readonly attempts: readonly Attempt[];
}

/** In the order in which they were deployed, newest first: going back to one does not make it newer. */
function groupByBundle(state: LedgerState): readonly Release[] {
  const groups = Map.groupBy(state.attempts, ({ bundle }) => bundle);
  const releases = [...groups].flatMap(([bundle, attempts]): Release[] => {
    const newest = attempts.find(({ liveSince }) => liveSince !== undefined) ?? attempts[0];
    return newest === undefined ? [] : [{ bundle, newest, attempts }];
  });
  const age = ({ attempts, newest }: Release): number =>
    state.attempts.indexOf(attempts.find(({ intent }) => intent !== 'rollback') ?? newest);
  return releases.toSorted((a, b) => age(a) - age(b));
}

function isMeant(release: Release, to: string): boolean {
  return release.bundle === to || release.newest.version === to;
}

function pick(usable: readonly Release[], request: ReturnRequest): Release | undefined {
  const before = usable.find(({ attempts }) =>
    attempts.some(
      ({ deployment, outcome }) =>
        deployment === request.wasLive && (outcome === 'verified' || outcome === 'known-good'),
    ),
  );
  return before ?? usable.find(isKnownGood) ?? longestHealthy(usable);
}

function longestHealthy(usable: readonly Release[]): Release | undefined {
  return usable
    .filter(({ attempts }) => attempts.some(({ outcome }) => outcome === 'superseded'))
    .toSorted((a, b) => goodMs(b, '') - goodMs(a, ''))[0];
}

function isKnownGood({ attempts }: Release): boolean {
  return attempts.some(({ knownGoodAt }) => knownGoodAt !== undefined);
}

function wasLive({ attempts }: Release): boolean {
  return attempts.some(({ liveSince }) => liveSince !== undefined);
}

function goodMs({ attempts }: Release, now: string): number {
  return attempts.reduce((sum, { liveSince, liveUntil }) => {
    const end = liveUntil ?? now;
    if (liveSince === undefined || end === '') return sum;
    return sum + Math.max(0, Date.parse(end) - Date.parse(liveSince));
  }, 0);
}

function quarantineOf(
  state: LedgerState,
  { bundle, newest }: Release,
): ReturnType<typeof isQuarantined> {
  return isQuarantined(state, bundle, newest.image);
}

function tellRejected(
  state: LedgerState,
  releases: readonly Release[],
  request: ReturnRequest,
  chosen: Release | undefined,
): readonly string[] {
  const until = chosen === undefined ? releases.length : releases.indexOf(chosen);
  return releases.slice(0, until).map((release) => {
    const { version } = release.newest;
    if (release.bundle === request.leaving) return `${version} is being left`;
    const quarantine = quarantineOf(state, release);
    if (quarantine !== undefined) return `${version} is quarantined (${quarantine.reason})`;
    if (!wasLive(release)) return `${version} never became available`;
    return `${version} is not known good`;
  });
}

function tellChosen(release: Release, request: ReturnRequest): string {
  const { version } = release.newest;
  const time = formatDuration(goodMs(release, request.now));
  if (isKnownGood(release)) return `${version} was good for ${time}`;
  if (release.attempts.some(({ deployment }) => deployment === request.wasLive)) {
    return `${version} was verified and live for ${time}`;
  }
  return `no bundle is known good; ${version} was healthy longest, for ${time}`;
}
