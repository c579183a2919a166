import type { Clock } from '@slipway/io/clock';
export { createSteppedClock, type SteppedClock } from './stepped-clock.js';

/** A clock that stands still until somebody sleeps on it; a sleep moves it at once. */
export interface ManualClock extends Clock {
  /** Every sleep so far, in milliseconds. */
  readonly sleeps: readonly number[];
  advance(ms: number): void;
}

export function createManualClock(start = new Date('2026-01-01T00:00:00Z')): ManualClock {
  const sleeps: number[] = [];
  let elapsedMs = 0;
  return {
    sleeps,
    now: () => new Date(start.getTime() + elapsedMs),
    monotonicMs: () => elapsedMs,
    advance: (ms) => {
      elapsedMs += ms;
    },
    sleep: (ms, signal) => {
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      sleeps.push(ms);
      elapsedMs += ms;
      return Promise.resolve();
    },
  };
}
