import { runTrials } from './parsers.js';

/**
 * `npm run reliability -- versions`: histories that chance makes, each asked about at several commits, against the
 * rule as `packages/testing/git/reference-version.ts` has it. `npm test` tries a fixed sample.
 */
export function runVersions(
  seed: number,
  trials: number,
  print: (line: string) => void,
): Promise<boolean> {
  return runTrials('image-version/test/histories\\.test\\.ts$', seed, trials, print);
}
