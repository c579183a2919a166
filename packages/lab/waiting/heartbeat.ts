import { systemClock, type Clock } from '@slipway/io/clock';

const everyMs = 10_000;

/**
 * Does something that may take long, and says every 10 s that it still goes on.
 *
 * @param say makes the line from the time that has passed: `2 min 15 s`
 */
export async function withHeartbeat<T>(
  say: (elapsed: string) => void,
  work: () => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const start = clock.monotonicMs();
  const ended = new AbortController();
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(everyMs, ended.signal);
      say(formatElapsed(clock.monotonicMs() - start));
    }
  };
  beat().catch(() => undefined); // ends by being aborted
  try {
    return await work();
  } finally {
    ended.abort();
  }
}

/** @example formatElapsed(135_000) // '2 min 15 s' */
export function formatElapsed(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
