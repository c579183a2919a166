import { formatColumns } from './columns.js';
import type { JudgedCase } from './judged-case.js';

/**
 * Times beside those of one peer, in Markdown.
 *
 * @param judged times in milliseconds, with names that end in `, time`
 * @param peer how its column is called
 */
export function formatPairTable(judged: readonly JudgedCase[], peer: string): string {
  const rows = judged.map(({ name, ours, peers, limit, ratio }) => [
    name.replace(/, time$/, ''),
    (ours / 1000).toFixed(2),
    ...Object.values(peers).map((value) => (value / 1000).toFixed(2)),
    (limit / 1000).toFixed(2),
    ratio.toFixed(3),
  ]);
  const header = ['of', 'Slipway s', `${peer} s`, 'limit s', 'ours / limit'];
  return formatColumns(header, rows, (column) => column > 0);
}
