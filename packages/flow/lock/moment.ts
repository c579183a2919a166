import type { Clock } from '@slipway/io/clock';

/** A moment on both clocks of a machine. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export function readMoment(clock: Clock): Moment {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.now().getTime() };
}

/** How long ago that was, and whether only the clock on the wall says so. */
export interface Elapsed {
  readonly ms: number;
  readonly isByWallOnly: boolean;
}

/**
 * The time since a moment, by whichever clock says more: while a laptop sleeps or a virtual machine stands still
 * the monotonic clock may stand still, too, and everywhere else time goes on.
 */
export function computeElapsed(clock: Clock, since: Moment): Elapsed {
  const monotonicMs = clock.monotonicMs() - since.monotonicMs;
  const wallMs = clock.now().getTime() - since.wallMs;
  // a wall clock counts whole milliseconds, and is moved a little all the time
  const isByWallOnly = wallMs > monotonicMs + 1000;
  return { ms: isByWallOnly ? wallMs : monotonicMs, isByWallOnly };
}
