import { liveAttempt, type LedgerState } from '@slipway/core/release';

/**
 * What is in the cluster beside the live release, by a run that ended before it could take it back; undefined
 * where there is nothing.
 *
 * @example describeLeftOpen(state) // '1.3.0 (failed) was applied after 1.2.0, which is live, and not taken back'
 */
export function describeLeftOpen(state: LedgerState): string | undefined {
  const live = liveAttempt(state);
  const newest = state.attempts.find(
    ({ bundle }) => state.appliedSince.includes(bundle) && bundle !== live?.bundle,
  );
  if (newest === undefined) return undefined;
  const place = live === undefined ? '' : ` after ${live.version}, which is live,`;
  return `${newest.version} (${newest.outcome}) was applied${place} and not taken back`;
}
