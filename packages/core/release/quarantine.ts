import type { Digest } from '../image-ref/index.js';
import type { AttemptEventDraft } from './event.js';
import {
  hasServedWell,
  shorten,
  type Attempt,
  type LedgerState,
  type Quarantine,
} from './state.js';

/** The entry that forbids a bundle, by itself or by its image. */
export function isQuarantined(
  state: LedgerState,
  bundle: Digest,
  image: string,
): Quarantine | undefined {
  return state.quarantined.find((entry) => entry.bundle === bundle || entry.image === image);
}

/**
 * Forbids a bundle, and its image unless another bundle serves or served well with it. No entry is ever
 * forgotten, so that reasons are kept short; the event has the whole of them.
 */
export function quarantine(state: LedgerState, event: AttemptEventDraft): LedgerState {
  const others = state.quarantined.filter(({ bundle }) => bundle !== event.bundle);
  const isImageGood = state.attempts.some(
    (attempt) =>
      attempt.image === event.image &&
      attempt.bundle !== event.bundle &&
      hasServedWell(attempt) &&
      !others.some(({ bundle }) => bundle === attempt.bundle),
  );
  const entry = {
    bundle: event.bundle,
    version: event.version,
    ...(isImageGood ? {} : { image: event.image }),
    reason: shorten(event.reason ?? event.cause?.message ?? 'no reason given'),
    at: event.at,
  };
  return { ...state, quarantined: [entry, ...others] };
}

/** What proved good after all is no longer forbidden, and neither is another bundle for its image. */
export function liftQuarantine(state: LedgerState, { bundle, image }: Attempt): LedgerState {
  const quarantined = state.quarantined
    .filter((entry) => entry.bundle !== bundle)
    .map((entry) => {
      if (entry.image !== image) return entry;
      const { image: good, ...rest } = entry;
      return rest;
    });
  return { ...state, quarantined };
}
