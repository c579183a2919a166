import { liveAttempt, type LedgerState } from '@slipway/core/release';

/**
 * What is in the cluster and not good, by a run that ended before it could take it back; undefined where there
 * is nothing.
 *
 * @example describeLeftOpen(state) // '1.3.0 (failed) was applied after 1.2.0, which is live, and not taken back'
 */
export function describeLeftOpen(state: LedgerState): string | undefined {
  const live = liveAttempt(state);
  const newest = state.attempts.find(
    ({ bundle }) => state.appliedSince.includes(bundle) && bundle !== live?.bundle,
  );
  if (newest !== undefined) {
    const place = live === undefined ? '' : ` after ${live.version}, which is live,`;
    return `${newest.version} (${newest.outcome}) was applied${place} and not taken back`;
  }
  const isBad = live?.outcome === 'failed' || live?.outcome === 'abandoned';
  return isBad ? `${live.version} (${live.outcome}) is live, and was not taken back` : undefined;
}
