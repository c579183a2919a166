import { expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { findFirstProblem, type Check } from './first-problem.js';

const problem = {
  failure: new SlipwayError('smoke-test-failed', 'no answer'),
  fault: 'candidate',
} as const;
const { signal } = new AbortController();

/** Looks until it is ended. */
const endless: Check = (ending) =>
  new Promise((_resolve, reject) => {
    ending.addEventListener('abort', () => reject(ending.reason as Error));
  });
const good: Check = () => Promise.resolve(undefined);

test('nothing is wrong when no check finds anything', async () => {
  expect(await findFirstProblem(signal, [good, good])).toBeUndefined();
});

test('a problem ends what looks for another', async () => {
  expect(await findFirstProblem(signal, [endless, () => Promise.resolve(problem)])).toBe(problem);
});

test('an error ends it too, and is what is thrown', async () => {
  const denied = new SlipwayError('cluster-denied', 'no right');

  const work = findFirstProblem(signal, [endless, () => Promise.reject(denied)]);

  await expect(work).rejects.toBe(denied);
});

test('a run that is cancelled says so', async () => {
  const cancelled = new AbortController();
  const work = findFirstProblem(cancelled.signal, [endless, good]);

  cancelled.abort(new SlipwayError('interrupted', 'by SIGINT'));

  await expect(work).rejects.toThrow('by SIGINT');
});
