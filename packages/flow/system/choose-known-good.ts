import { formatDuration } from '@slipway/core/duration';
import {
  isQuarantined,
  knownGoodSince,
  liveAttempt,
  type Attempt,
  type LedgerState,
} from '@slipway/core/release';

export type KnownGoodChoice =
  | { readonly state: 'chosen'; readonly attempt: Attempt; readonly explanation: string }
  | { readonly state: 'none'; readonly explanation: string };

/**
 * What of a service is good enough to be made live elsewhere, and why: what is live if it is known good,
 * else the newest that was. What is quarantined never is.
 *
 * @param now RFC 3339
 * @example chooseKnownGood(state, now)
 * // { state: 'chosen', attempt: { version: '1.4.0', … }, explanation: '1.4.0 is live and known good for 6 d 4 h' }
 */
export function chooseKnownGood(state: LedgerState, now: string): KnownGoodChoice {
  const live = liveAttempt(state);
  const others = state.attempts.filter((attempt) => attempt !== live);
  const candidates = live === undefined ? others : [live, ...others];
  const chosen = candidates.find((attempt) => findFault(state, attempt) === undefined);
  const passed =
    chosen === undefined ? candidates : candidates.slice(0, candidates.indexOf(chosen));
  const told = tellPassed(state, passed, live);
  if (chosen === undefined) {
    const explanation = told.length === 0 ? 'nothing was ever deployed there' : told.join(', ');
    return { state: 'none', explanation };
  }
  const reason =
    chosen === live
      ? `${chosen.version} is live and known good for ${formatSince(knownGoodSince(state, chosen.bundle), now)}`
      : `${chosen.version} is the newest that is known good`;
  return { state: 'chosen', attempt: chosen, explanation: [...told, reason].join(', ') };
}

/** Why an attempt is no candidate; undefined: it is one. */
function findFault(state: LedgerState, attempt: Attempt): string | undefined {
  const quarantine = isQuarantined(state, attempt.bundle, attempt.image);
  if (quarantine !== undefined) return `is quarantined (${quarantine.reason})`;
  return knownGoodSince(state, attempt.bundle) === undefined ? 'is not known good' : undefined;
}

/** A sentence for each version, however often it was attempted. */
function tellPassed(
  state: LedgerState,
  passed: readonly Attempt[],
  live: Attempt | undefined,
): readonly string[] {
  const sentences = passed.map((attempt) => {
    const where = attempt === live ? 'is live but ' : '';
    const fault = findFault(state, attempt) ?? '';
    return `${attempt.version} ${where === '' ? fault : `${where}${fault.replace(/^is /, '')}`}`;
  });
  return [...new Set(sentences)];
}

function formatSince(at: string | undefined, now: string): string {
  return formatDuration(Math.max(0, Date.parse(now) - Date.parse(at ?? now)));
}
