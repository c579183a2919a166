import type { Clock } from '@slipway/io/clock';

/** A clock that moves only by `advance`: for work that sleeps in the background. */
export interface SteppedClock extends Clock {
  /** Moves on, and wakes the sleepers in the order of their time; each may do its work before the next. */
  advance(ms: number): Promise<void>;
  /** Moves on like a machine that was suspended: no sleeper wakes before it is over. */
  freeze(ms: number): void;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Lets everything run that is not waiting for time. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export function createSteppedClock(start = new Date('2026-01-01T00:00:00Z')): SteppedClock {
  const sleepers = new Set<Sleeper>();
  let elapsedMs = 0;
  return {
    now: () => new Date(start.getTime() + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          atMs: elapsedMs + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', stop);
            resolve();
          },
        };
        if (signal?.aborted === true) stop();
        else {
          sleepers.add(sleeper);
          signal?.addEventListener('abort', stop, { once: true });
        }
      }),
    advance: async (ms) => {
      const endMs = elapsedMs + ms;
      await settle();
      for (;;) {
        const [next] = [...sleepers].sort((one, other) => one.atMs - other.atMs);
        if (next === undefined || next.atMs > endMs) break;
        elapsedMs = Math.max(elapsedMs, next.atMs);
        next.wake();
        await settle();
      }
      elapsedMs = endMs;
    },
    freeze: (ms) => {
      elapsedMs += ms;
    },
  };
}
