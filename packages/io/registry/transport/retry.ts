import type { Clock } from '../../clock/index.js';
import type { Logger } from '../../log/index.js';
import { RegistryError } from './registry-error.js';

const attempts = 8;
const firstWaitMs = 100;
const longestWaitMs = 120_000;

export interface RetryCollaborators {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onRetry: () => void;
}

/** Whether the same request may be answered a little later: too many, timed out, or broken on their side. */
export function isTemporaryStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/**
 * The header Retry-After in milliseconds (RFC 9110, section 10.2.3): seconds, or a date.
 *
 * @example parseRetryAfter('3', new Date()) // 3000
 */
export function parseRetryAfter(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/**
 * Does the work again after a failure that may pass: eight attempts, waiting 0.1 s, twice as long each time
 * (12.7 s in all), or as long as the registry asked. A registry that asks for more than two minutes is not waited for.
 */
export async function withRetries<T>(
  { logger, clock, signal, onRetry }: RetryCollaborators,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof RegistryError) || !error.isTemporary || attempt === attempts) {
        throw error;
      }
      const waitMs = computeWait(error, attempt);
      if (waitMs > longestWaitMs) throw error;
      onRetry();
      const wait = waitMs === 0 ? 'at once' : `in ${waitMs / 1000} s`;
      logger.info(`${error.message}; trying again ${wait} (${attempt} of ${attempts} failed)`);
      if (waitMs > 0) await clock.sleep(waitMs, signal);
    }
  }
}

function computeWait(error: RegistryError, attempt: number): number {
  if (error.wasStale && attempt === 1) return 0;
  return Math.max(firstWaitMs * 2 ** (attempt - 1), error.retryAfterMs ?? 0);
}
