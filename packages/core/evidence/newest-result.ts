import type { Digest } from '../image-ref/index.js';
import type { Statement } from './statement.js';

type Result = NonNullable<Statement['testResult']>;

/** Clocks of runners differ by so much; what is later than that is from no clock at all. */
const clockSkewMs = 300_000;

/**
 * The test result that counts: the newest of those that are meant. Of two at one time the failed one counts,
 * and none that says to be from the future.
 *
 * @param now RFC 3339
 * @example findNewestResult(evidence, ({ gate }) => gate === 'unit-tests', '2026-11-25T10:00:00Z')
 */
export function findNewestResult(
  evidence: readonly { readonly digest: Digest; readonly statement: Statement }[],
  isMeant: (result: Result) => boolean,
  now: string,
): { readonly digest: Digest; readonly result: Result } | undefined {
  const latestMs = Date.parse(now) + clockSkewMs;
  const results = evidence.flatMap(({ digest, statement: { testResult: result } }) =>
    result !== undefined && isMeant(result) && Date.parse(result.at) <= latestMs
      ? [{ digest, result }]
      : [],
  );
  const weight = ({ result }: { readonly result: Result }): number =>
    result.result === 'FAILED' ? 0 : 1;
  return results.toSorted(
    (a, b) => Date.parse(b.result.at) - Date.parse(a.result.at) || weight(a) - weight(b),
  )[0];
}
