import { formatColumns, type JudgedCase } from '../report/index.js';
import { judgeCase } from './limits.js';
import { summarise, type CaseRuns } from './summary.js';

const header = [
  'case',
  'by',
  'ms',
  'blob',
  'manifest',
  'listing',
  'other',
  'MB moved',
  'MB memory',
  'arrived',
];

/** How many columns at the left are words; those after them are numbers, but for the last. */
const wordColumns = 2;

/** The whole table in Markdown, its columns aligned for a terminal. */
export function formatTable(cases: readonly CaseRuns[]): string {
  const rows = cases.flatMap((each) => [...formatRows(each), formatLimits(each)]);
  return formatColumns(
    header,
    rows,
    (column) => column >= wordColumns && column < header.length - 1,
  );
}

function formatRows(caseRuns: CaseRuns): readonly (readonly string[])[] {
  const { copyCase, latencyMs } = caseRuns;
  return summarise(caseRuns).map(({ tool, wallMs, counts, peakBytes, arrived }) => [
    `${copyCase.key}, ${latencyMs} ms`,
    tool,
    String(Math.round(wallMs)),
    String(counts.blob),
    String(counts.manifest),
    String(counts.referrers + counts.tags),
    String(counts.other),
    formatMegabytes(counts.bytes),
    formatMegabytes(peakBytes),
    shorten(arrived),
  ]);
}

/** The limits of a case stand below its rows. */
function formatLimits(caseRuns: CaseRuns): readonly string[] {
  const { copyCase, latencyMs } = caseRuns;
  const judged = judgeCase(caseRuns);
  const limitOf = (what: string): JudgedCase | undefined =>
    judged.find(({ name }) => name.endsWith(`, ${what}`));
  const count = (what: string): string => formatLimit(limitOf(what), String);
  return [
    `${copyCase.key}, ${latencyMs} ms`,
    'limit',
    formatLimit(limitOf('time'), (ms) => String(Math.round(ms))),
    count('blob requests'),
    count('manifest requests'),
    '',
    '',
    formatLimit(limitOf('bytes'), formatMegabytes),
    formatLimit(limitOf('memory'), formatMegabytes),
    formatVerdict(judged),
  ];
}

function formatLimit(judged: JudgedCase | undefined, format: (value: number) => string): string {
  return judged === undefined ? 'none' : `≤ ${format(judged.limit)}`;
}

function formatVerdict(judged: readonly JudgedCase[]): string {
  const broken = judged.filter(({ ratio }) => ratio > 1);
  if (broken.length === 0) return 'met';
  const names = broken.map(
    ({ name, ratio }) => `${name.split(', ').at(-1) ?? ''} ${Number(ratio.toPrecision(3))}`,
  );
  return `not met: ${names.join(', ').replaceAll(' requests', '')}`;
}

function formatMegabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 1_000_000 ? 3 : 1);
}

const arrivedWidth = 72;

/** Where something was on this machine tells nobody anything; how often it happened stands at the end. */
function shorten(text: string): string {
  const plain = text
    .replaceAll('|', '/')
    .replaceAll(/"?(?:https?:\/\/)?127\.0\.0\.1:\d+[^\s"]*"?:?/g, '…')
    .replaceAll(/sha256:(?<start>[0-9a-f]{6})[0-9a-f]*/g, '$<start>…');
  if (plain.length <= arrivedWidth) return plain;
  const [count = ''] = / \(\d+ of \d+\)$/.exec(plain) ?? [];
  return `${plain.slice(0, arrivedWidth - 1 - count.length)}…${count}`;
}
