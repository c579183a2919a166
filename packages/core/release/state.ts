import type { Digest } from '../image-ref/index.js';

/** Why a bundle is made live. */
export type Intent = 'deploy' | 'rollback' | 'redeploy';

export type AttemptOutcome =
  | 'adopted'
  | 'started'
  | 'available'
  | 'verified'
  | 'known-good'
  | 'superseded'
  | 'failed'
  | 'rolled-back'
  | 'abandoned';

/** One attempt to make a bundle live. */
export interface Attempt {
  /** The tag of its `started` or `adopted` event. */
  readonly deployment: string;
  readonly intent: Intent;
  readonly bundle: Digest;
  /** `repository@sha256:…` of the service's own image. */
  readonly image: string;
  readonly version: string;
  readonly outcome: AttemptOutcome;
  readonly startedAt: string;
  /** When it became available (what was adopted: since when it ran), and when something else took its place. */
  readonly liveSince?: string;
  readonly liveUntil?: string;
  /** It ran here before Slipway came, and what it is was read from the cluster. */
  readonly adoptedAt?: string;
  /** Once known good, always: also after another bundle took its place. */
  readonly knownGoodAt?: string;
  /** Why it failed. */
  readonly code?: string;
}

export interface Quarantine {
  readonly bundle: Digest;
  readonly version: string;
  /** Absent when a known-good bundle has the same image. */
  readonly image?: string;
  readonly reason: string;
  readonly at: string;
}

/** A person stopped the deployments of the service; rollbacks are free. */
export interface Hold {
  readonly reason: string;
  readonly actor: string;
  readonly at: string;
}

/** What the events so far come to: enough to answer every question without reading them again. */
export interface LedgerState {
  /** Newest first; the oldest are forgotten, but never the live, known-good and longest healthy ones. */
  readonly attempts: readonly Attempt[];
  /** The deployment that became available last. */
  readonly live?: string;
  /** The deployment that is between `started` and its end. */
  readonly inProgress?: string;
  /** Bundles that were applied, in part or whole, since the live one became available; the newest last. */
  readonly appliedSince: readonly Digest[];
  /** How many older ones are not in that list any more. */
  readonly appliedForgotten?: number;
  readonly quarantined: readonly Quarantine[];
  readonly hold?: Hold;
}

export const emptyState: LedgerState = { attempts: [], appliedSince: [], quarantined: [] };

export function findAttempt(
  state: LedgerState,
  deployment: string | undefined,
): Attempt | undefined {
  return state.attempts.find((attempt) => attempt.deployment === deployment);
}

export function liveAttempt(state: LedgerState): Attempt | undefined {
  return findAttempt(state, state.live);
}

/** Since when a bundle is known good: by whichever attempt proved it, also before another took its place. */
export function knownGoodSince(state: LedgerState, bundle: Digest): string | undefined {
  const times = state.attempts.flatMap((attempt) =>
    attempt.bundle === bundle && attempt.knownGoodAt !== undefined ? [attempt.knownGoodAt] : [],
  );
  return times.toSorted()[0];
}

/**
 * The release that is in the cluster now, and that a rollback leaves: the newest that was deployed since the
 * live one, or the live one. A rollback that is not complete is not what is fled: its target is where to go.
 */
export function findApplied(state: LedgerState): Attempt | undefined {
  const live = liveAttempt(state);
  const since = live === undefined ? state.attempts : newerThan(state, live);
  const newest = since.find(({ intent }) => intent !== 'rollback');
  if (newest !== undefined || live === undefined) return newest;
  return findUnfinishedLeave(state, live) ?? live;
}

function newerThan({ attempts }: LedgerState, attempt: Attempt): readonly Attempt[] {
  return attempts.slice(0, attempts.indexOf(attempt));
}

/**
 * What a live rollback left, where its run ended before it could say so: it did not verify where it went to,
 * or did not record what it left as rolled back.
 */
function findUnfinishedLeave(state: LedgerState, live: Attempt): Attempt | undefined {
  const isOpen = ['available', 'abandoned', 'verified'].includes(live.outcome);
  if (live.intent !== 'rollback' || !isOpen) return undefined;
  const left = state.attempts
    .slice(state.attempts.indexOf(live) + 1)
    .find(({ intent, liveUntil }) => intent !== 'rollback' || liveUntil === live.liveSince);
  const isForbidden = state.quarantined.some(({ bundle }) => bundle === left?.bundle);
  return isForbidden && left?.outcome !== 'rolled-back' ? left : undefined;
}

/** Whether an attempt was good enough to stay: verified or adopted, and nothing spoke against it since. */
export function hasServedWell({ outcome, knownGoodAt }: Attempt): boolean {
  return knownGoodAt !== undefined || wellOutcomes.has(outcome);
}

const wellOutcomes: ReadonlySet<string> = new Set<AttemptOutcome>([
  'adopted',
  'verified',
  'known-good',
  'superseded',
]);

/**
 * For how long an attempt served well, until something took its place or until now. Clocks of several machines
 * wrote its times: it is never less than nothing.
 *
 * @param now RFC 3339
 * @example computeHealthyMs({ outcome: 'superseded', liveSince: '…T10:00:00Z', liveUntil: '…T10:05:00Z', … }, now) // 300_000
 */
export function computeHealthyMs(attempt: Attempt, now: string): number {
  const { liveSince, liveUntil = now } = attempt;
  if (liveSince === undefined || !hasServedWell(attempt)) return 0;
  return Math.max(0, Date.parse(liveUntil) - Date.parse(liveSince));
}

const longestReason = 300;

/** What the state repeats in every event is kept short; the event that said it has the whole. */
export function shorten(text: string): string {
  return text.length <= longestReason ? text : `${text.slice(0, longestReason - 1)}…`;
}
