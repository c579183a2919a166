import { computeRatio, roundTo, type JudgedCase } from '../report/index.js';
import type { LedgerResult } from './cases.js';

/** How much more a long ledger may take than a short one. */
const growth = 1.1;
/** Where tags cannot move, who has no Lease looks for the end: so many requests for each doubling of the events. */
const probesPerDoubling = 2;

/**
 * Everything that is judged: a long ledger against the shortest one, in time and in requests; and where the end has
 * to be looked for, the requests after the one for the head.
 */
export function judgeResults(results: readonly LedgerResult[]): readonly JudgedCase[] {
  const shortest = Math.min(...results.map(({ events }) => events));
  return results.flatMap((result) => {
    if (isSearch(result)) return [judgeSearch(result)];
    const base = results.find(
      ({ registry, work, events }) =>
        registry === result.registry && work === result.work && events === shortest,
    );
    if (base === undefined || result.events === shortest) return [];
    return [
      judge(result, 'time', result.wallMs, base.wallMs * growth),
      judge(result, 'requests', result.requests, base.requests * growth),
    ];
  });
}

/** Whether how long it takes may depend on the length. */
function isSearch({ registry, work }: Pick<LedgerResult, 'registry' | 'work'>): boolean {
  return registry === 'immutable' && work === 'read';
}

function judgeSearch(result: LedgerResult): JudgedCase {
  const limit = probesPerDoubling * Math.log2(result.events);
  return judge(result, 'probes', result.requests - 1, limit);
}

function judge(
  { registry, events, work }: LedgerResult,
  what: string,
  ours: number,
  limit: number,
): JudgedCase {
  return {
    name: `${registry}, ${events} events, ${work}, ${what}`,
    ours: roundTo(ours),
    peers: {},
    limit: roundTo(limit, 100),
    ratio: computeRatio(ours, limit),
  };
}
