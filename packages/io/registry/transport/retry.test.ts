import { expect, test } from '@jest/globals';
import { createManualClock } from '@slipway/testing/clock';
import { createRecordingLogger } from '@slipway/testing/logger';
import { RegistryError, type RegistryErrorDetails } from './registry-error.js';
import { isTemporaryStatus, parseRetryAfter, withRetries } from './retry.js';

const url = new URL('https://r.example.com/v2/');

test.each([
  ['3', 3000],
  ['0', 0],
  ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
  ['Thu, 01 Jan 2025 00:00:05 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s', (header, ms) => {
  expect(parseRetryAfter(header, new Date('2026-01-01T00:00:00Z'))).toBe(ms);
});

test.each([
  [408, true],
  [429, true],
  [500, true],
  [503, true],
  [400, false],
  [404, false],
  [501, false],
])('%d may pass: %s', (status, expected) => {
  expect(isTemporaryStatus(status)).toBe(expected);
});

async function retry(
  errors: readonly Partial<RegistryErrorDetails>[],
): Promise<{ outcome: string; sleeps: readonly number[]; lines: readonly string[] }> {
  const clock = createManualClock();
  const logger = createRecordingLogger();
  const waiting = [...errors];
  const work = (): Promise<string> => {
    const next = waiting.shift();
    if (next === undefined) return Promise.resolve('done');
    const details = { method: 'GET', url, isTemporary: true, ...next };
    return Promise.reject(new RegistryError('registry-unreachable', 'no answer', details));
  };
  const outcome = await withRetries({ clock, logger, onRetry: () => undefined }, work).catch(
    (error: unknown) => String(error),
  );
  return { outcome, sleeps: clock.sleeps, lines: logger.lines };
}

const failed = 'SlipwayError: no answer';

test.each<[string, Partial<RegistryErrorDetails>[], string, number[]]>([
  ['waits longer each time', [{}, {}], 'done', [100, 200]],
  ['waits as long as it is asked to', [{ retryAfterMs: 7000 }], 'done', [7000]],
  ['never shorter than its own wait', [{ retryAfterMs: 1 }], 'done', [100]],
  [
    'gives up after eight',
    Array<object>(8).fill({}),
    failed,
    [100, 200, 400, 800, 1600, 3200, 6400],
  ],
  ['does not wait for minutes', [{ retryAfterMs: 121_000 }], failed, []],
  ['does not repeat what will not pass', [{ isTemporary: false }], failed, []],
  ['asks again at once on a connection that had gone stale', [{ wasStale: true }], 'done', []],
  ['but only once', [{ wasStale: true }, { wasStale: true }], 'done', [200]],
])('%s', async (_name, errors, outcome, sleeps) => {
  const result = await retry(errors);

  expect(result.outcome).toBe(outcome);
  expect(result.sleeps).toEqual(sleeps);
});

test('every wait is told', async () => {
  const { lines } = await retry([{}, { retryAfterMs: 3000 }]);

  expect(lines).toEqual([
    'no answer; trying again in 0.1 s (1 of 8 failed)',
    'no answer; trying again in 3 s (2 of 8 failed)',
  ]);
});
