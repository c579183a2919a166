import type { ReleaseProblem } from './release-problem.js';

/** @returns undefined when all is well */
export type Check = (signal: AbortSignal) => Promise<ReleaseProblem | undefined>;

/**
 * Runs checks side by side: the first problem, or the first error, ends what still looks for another.
 *
 * @param outer ends all of them
 * @returns undefined when no check finds anything
 * @throws what a check throws, unless another has found a problem
 */
export async function findFirstProblem(
  outer: AbortSignal,
  checks: readonly Check[],
): Promise<ReleaseProblem | undefined> {
  const ending = new AbortController();
  const signal = AbortSignal.any([outer, ending.signal]);
  const reason = new Error('something else is known to be wrong');
  const ends = await Promise.allSettled(
    checks.map(async (check) => {
      let isGood = false;
      try {
        const problem = await check(signal);
        isGood = problem === undefined;
        return problem;
      } finally {
        if (!isGood) ending.abort(reason);
      }
    }),
  );
  const problems = ends.flatMap((end) => (end.status === 'fulfilled' ? (end.value ?? []) : []));
  const [problem] = problems;
  if (problem !== undefined) return problem;
  const thrown = ends.find((end) => end.status === 'rejected' && end.reason !== reason);
  if (thrown?.status === 'rejected') throw thrown.reason;
  return undefined;
}
