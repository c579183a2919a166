import { systemClock, type Clock } from '@slipway/io/clock';
import { LabError } from '../errors/index.js';

export interface WaitOptions {
  /** Completes “waited N s for …”. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Asks again and again until the answer is something else than `undefined`, and returns that answer.
 *
 * @throws LabError when it takes longer than `timeoutMs`; the signal's reason when it is aborted;
 * whatever `ask` throws
 */
export async function waitUntil<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { what, timeoutMs, everyMs = 50, signal, clock = systemClock }: WaitOptions,
): Promise<T> {
  const deadline = clock.monotonicMs() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (clock.monotonicMs() >= deadline)
      throw new LabError(`waited ${timeoutMs / 1000} s for ${what}`);
    await clock.sleep(everyMs, signal);
  }
}
