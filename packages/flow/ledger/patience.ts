import type { Clock } from '@slipway/io/clock';

/** For how long a registry may answer with what was true before a write. */
const staleReadLimitMs = 30_000;
const staleReadPauseMs = 500;

/** Until when an answer may be too old. */
export interface Patience {
  readonly endMs: number;
}

export function startPatience(clock: Clock): Patience {
  return { endMs: clock.monotonicMs() + staleReadLimitMs };
}

/** Waits a little, then whether to ask once more; false at once when it was waited long enough. */
export async function isStillStale(clock: Clock, { endMs }: Patience): Promise<boolean> {
  if (clock.monotonicMs() >= endMs) return false;
  await clock.sleep(staleReadPauseMs);
  return true;
}
