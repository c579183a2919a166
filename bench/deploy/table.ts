import { formatColumns, type JudgedCase } from '../report/index.js';

/** The whole table in Markdown. */
export function formatTable(judged: readonly JudgedCase[]): string {
  const rows = judged.map(({ name, ours, peers, limit, ratio }) => [
    name.replace(/, time$/, ''),
    (ours / 1000).toFixed(2),
    ...Object.values(peers).map((value) => (value / 1000).toFixed(2)),
    (limit / 1000).toFixed(2),
    ratio.toFixed(3),
  ]);
  const header = ['of', 'Slipway s', 'kubectl s', 'limit s', 'ours / limit'];
  return formatColumns(header, rows, (column) => column > 0);
}
