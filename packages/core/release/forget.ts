import { isQuarantined } from './quarantine.js';
import {
  computeHealthyMs,
  hasServedWell,
  liveAttempt,
  type Attempt,
  type LedgerState,
} from './state.js';

const remembered = { attempts: 20, knownGood: 5, healthy: 3, applied: 100 };

/**
 * Keeps the state small: the newest attempts, what is live and in progress, and what there is to return to, by
 * bundle: however often one of them is deployed again, it does not push out the others.
 */
export function forget(state: LedgerState): LedgerState {
  const free = state.attempts.filter(({ bundle, image }) => !isQuarantined(state, bundle, image));
  const knownGood = free.filter(({ knownGoodAt }) => knownGoodAt !== undefined);
  const healthy = free.filter(hasServedWell).toSorted((a, b) => seenMs(b) - seenMs(a));
  const kept = new Set<Attempt | undefined>([
    ...state.attempts.slice(0, remembered.attempts),
    ...onePerBundle(knownGood).slice(0, remembered.knownGood),
    ...onePerBundle(healthy).slice(0, remembered.healthy),
    ...state.attempts.filter(({ deployment }) => deployment === state.inProgress),
    liveAttempt(state),
  ]);
  const attempts = state.attempts.filter((attempt) => kept.has(attempt));
  return forgetApplied({ ...state, attempts });
}

/** Hundreds of attempts without a success: the oldest bundles are only counted. */
function forgetApplied(state: LedgerState): LedgerState {
  const surplus = state.appliedSince.length - remembered.applied;
  if (surplus <= 0) return state;
  return {
    ...state,
    appliedSince: state.appliedSince.slice(surplus),
    appliedForgotten: (state.appliedForgotten ?? 0) + surplus,
  };
}

/** The first of each bundle. */
function onePerBundle(attempts: readonly Attempt[]): readonly Attempt[] {
  return [
    ...new Map(attempts.toReversed().map((attempt) => [attempt.bundle, attempt])).values(),
  ].toSorted((a, b) => attempts.indexOf(a) - attempts.indexOf(b));
}

/** What is live now is kept anyway. */
function seenMs(attempt: Attempt): number {
  return computeHealthyMs(attempt, attempt.liveSince ?? attempt.startedAt);
}
