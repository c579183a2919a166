import type { Clock } from '../../clock/index.js';

/** How many requests one host gets at once. */
export interface HostGate {
  /** Waits for a place, and for the end of the pause that the host asked for; to be given back with `leave`. */
  enter(signal?: AbortSignal): Promise<void>;
  leave(): void;
  /** The host said that it was too much: half as many at once from now on, and none before the pause is over. */
  slowDown(pauseMs: number): void;
}

/** After so many answers without a complaint one more request at once is tried. */
const answersToGrow = 10;
const longestPauseMs = 120_000;

/**
 * A gate for one host: `most` requests at once, half of them after each `slowDown` and never fewer than one,
 * then slowly more again (additive increase, multiplicative decrease).
 */
export function createHostGate(most: number, clock: Clock): HostGate {
  const waiting: (() => void)[] = [];
  let limit = most;
  let inside = 0;
  let answered = 0;
  let pausedUntilMs = 0;
  /** Requests that were under way when the limit was cut, and have to answer before it is cut again. */
  let underWay = 0;

  const admit = (): void => {
    while (inside < limit) {
      const next = waiting.shift();
      if (next === undefined) return;
      inside += 1;
      next();
    }
  };

  const takePlace = (signal: AbortSignal | undefined): Promise<void> | undefined => {
    if (inside < limit && waiting.length === 0) {
      inside += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(signal?.reason as Error);
      };
      const enter = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(enter);
    });
  };

  const leave = (): void => {
    inside -= 1;
    answered += 1;
    underWay = Math.max(0, underWay - 1);
    if (limit < most && answered >= answersToGrow) {
      limit += 1;
      answered = 0;
    }
    admit();
  };

  return {
    enter: async (signal) => {
      signal?.throwIfAborted();
      await takePlace(signal);
      try {
        for (;;) {
          const pauseMs = pausedUntilMs - clock.monotonicMs();
          if (pauseMs <= 0) return;
          await clock.sleep(pauseMs, signal);
        }
      } catch (error) {
        leave();
        throw error;
      }
    },
    leave,
    slowDown: (pauseMs) => {
      // Those that were under way together complain together: that is one complaint.
      if (underWay === 0) {
        limit = Math.max(1, Math.floor(limit / 2));
        underWay = inside;
        answered = 0;
      }
      const untilMs = clock.monotonicMs() + Math.min(pauseMs, longestPauseMs);
      pausedUntilMs = Math.max(pausedUntilMs, untilMs);
    },
  };
}
