import { formatDuration } from '../duration/index.js';
import { computeGoodMs, isKnownGood, type Candidate } from './releases.js';
import type { ReturnRequest } from './return-request.js';
import { hasServedWell, type Attempt, type AttemptOutcome, type LedgerState } from './state.js';

/** Why a release was passed over. */
export function tellRejected(
  state: LedgerState,
  release: Candidate,
  request: ReturnRequest,
): string {
  const { version, bundle, quarantine } = release;
  if (bundle === request.leaving) return `${version} is being left`;
  if (quarantine !== undefined) return `${version} is quarantined (${quarantine.reason})`;
  return `${version} ${tellUnproven(state, release, request)}`;
}

/** Why a release was taken. */
export function tellChosen(state: LedgerState, release: Candidate, request: ReturnRequest): string {
  const { version, best, attempts, quarantine } = release;
  const time = formatDuration(computeGoodMs(release, request.now));
  if (quarantine !== undefined) {
    return `${version} is quarantined (${quarantine.reason}), which the override lets pass`;
  }
  if (isKnownGood(release)) return `${version} was good for ${time}`;
  if (!hasServedWell(best)) {
    return `${version} ${tellUnproven(state, release, request)}, which the override lets pass`;
  }
  const isAdopted = attempts.some(({ adoptedAt }) => adoptedAt !== undefined);
  const isAsked =
    request.to !== 'last-known-good' ||
    attempts.some(({ deployment }) => deployment === request.wasLive);
  if (isAsked) {
    return isAdopted
      ? `${version} ran here before Slipway, for ${time}`
      : `${version} was verified and live for ${time}`;
  }
  return isAdopted
    ? `nothing else is known good; ${version}, which ran here before Slipway, was healthy longest, for ${time}`
    : `nothing else is known good; ${version} was healthy longest, for ${time}`;
}

function tellUnproven(state: LedgerState, release: Candidate, { now }: ReturnRequest): string {
  const { best } = release;
  if (isKnownGood(release)) return 'is known good, but was not live';
  const isLive = best.deployment === state.live;
  const time = formatDuration(computeGoodMs(release, now));
  const tell = unproven.get(best.outcome);
  return tell === undefined ? `is ${best.outcome}` : tell(best, isLive, time);
}

type Tell = (attempt: Attempt, isLive: boolean, time: string) => string;

const tellReplaced: Tell = (_attempt, _isLive, time) =>
  `was replaced before its soak was over, after ${time}`;

/** By what became of the attempt; what a later version knows is told by its name. */
const unproven: ReadonlyMap<string, Tell> = new Map<AttemptOutcome, Tell>([
  ['adopted', () => 'ran here before Slipway, and never proved good'],
  ['started', () => 'is in progress'],
  ['available', () => 'is available, but not verified yet'],
  [
    'verified',
    (attempt, isLive, time) =>
      isLive ? 'is verified, but its soak is not over' : tellReplaced(attempt, isLive, time),
  ],
  ['superseded', tellReplaced],
  ['failed', ({ liveSince, code }) => tellFailed(liveSince, code)],
  [
    'abandoned',
    ({ liveSince }) =>
      liveSince === undefined
        ? 'was abandoned before it became available'
        : 'was abandoned before it was verified',
  ],
  ['rolled-back', () => 'was rolled back'],
]);

function tellFailed(liveSince: string | undefined, code: string | undefined): string {
  if (code === 'soak-failed') return 'did not hold its soak';
  const why = code === undefined ? '' : ` (${code})`;
  return liveSince === undefined ? `never became available${why}` : `failed verification${why}`;
}
