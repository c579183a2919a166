import { formatColumns, type JudgedCase } from '../report/index.js';
import type { Question, VersionResult } from './cases.js';

const header = ['question', 'tool', 'ms', 'MB', 'limits'];
const titles: Readonly<Record<Question, string>> = {
  one: 'one service, 3,000 tags',
  oldest: 'the oldest of 200 services',
  all: 'all of 200 services',
};

/** The whole table in Markdown; ours stand beside the limits that they have. */
export function formatTable(
  results: readonly VersionResult[],
  judged: readonly JudgedCase[],
): string {
  const rows = results.map(({ question, tool, wallMs, peakBytes }) => {
    const own =
      tool === 'ours' ? judged.filter(({ name }) => name.startsWith(`${question}, `)) : [];
    const limits = own.map(({ name, ratio }) => `${name.slice(question.length + 2)}: ${ratio}`);
    const megabytes = (peakBytes / 1e6).toFixed(0);
    return [titles[question], tool, wallMs.toFixed(0), megabytes, limits.join(', ')];
  });
  return formatColumns(header, rows, (column) => column === 2 || column === 3);
}
