import { formatColumns, type JudgedCase } from '../report/index.js';
import type { LedgerResult } from './cases.js';

const header = ['registry', 'events', 'work', 'ms', 'requests', 'limit'];

/** The whole table in Markdown; a result stands beside the limits that it has. */
export function formatTable(
  results: readonly LedgerResult[],
  judged: readonly JudgedCase[],
): string {
  const rows = results.map(({ registry, events, work, wallMs, requests }) => {
    const own = judged.filter(({ name }) =>
      name.startsWith(`${registry}, ${events} events, ${work}, `),
    );
    return [
      registry,
      String(events),
      work,
      wallMs.toFixed(1),
      String(requests),
      own.map(formatLimit).join(', '),
    ];
  });
  return formatColumns(header, rows, (column) => column === 1 || column === 3 || column === 4);
}

/** @example formatLimit({ name: 'mutable, 1000 events, read, time', limit: 44, ratio: 0.95, … }) // 'time ≤ 44: 0.95' */
function formatLimit({ name, limit, ratio }: JudgedCase): string {
  const what = name.split(', ').at(-1) ?? '';
  return `${what} ≤ ${limit}: ${ratio}`;
}
