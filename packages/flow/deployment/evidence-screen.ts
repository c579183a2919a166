import { formatIdentity } from '@slipway/core/manifest';
import type { EventView, Finding } from '@slipway/core/rollout';
import { toPlainText } from './plain-text.js';
import { redact } from './redact.js';

export interface ScreenLog {
  readonly container: string;
  /** Of the run before the current one. */
  readonly isPrevious: boolean;
  readonly text: string;
}

export interface ScreenContent {
  /** What failed: `catalog 1.2.0`. */
  readonly title: string;
  readonly finding: Finding;
  /** One line for each workload and container. */
  readonly states: readonly string[];
  /** The most telling first. */
  readonly events: readonly EventView[];
  /** Where all of it is. */
  readonly saved: string;
  readonly log?: ScreenLog;
}

const columns = 120;
const labelColumns = 7;
const maxStates = 9;
const maxLogLines = 10;
const maxEvents = 6;

/** What, where, why and the fix of a failure, with the last words of the container: one screen of 40 lines. */
export function formatScreen(content: ScreenContent): string {
  const { title, finding, states, events, saved, log } = content;
  const { object, code, pod, container, image, sentence, fix } = finding;
  const where = [
    formatIdentity(object),
    pod === undefined ? undefined : `pod ${pod}`,
    container === undefined ? undefined : `container ${container}`,
    image === undefined ? undefined : `image ${image}`,
  ].filter((part) => part !== undefined);
  const lines = [
    `✗ ${title} failed: ${code}`,
    ...labelled('why', sentence, 4),
    ...labelled('where', where.join(', '), 3),
    ...labelled('fix', fix, 3),
    ...labelled('saved', saved, 2),
    'state',
    ...firstOf(states, maxStates).map(indent),
    ...formatLog(log),
    ...(events.length === 0 ? [] : ['events, warnings first']),
    ...events.slice(0, maxEvents).map(formatEvent).map(indent),
  ];
  return lines.map((line) => cut(line)).join('\n');
}

function formatLog(log: ScreenLog | undefined): readonly string[] {
  if (log === undefined) return [];
  const run = log.isPrevious ? ', previous run' : '';
  const lines = log.text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return [`log of ${log.container}${run}: empty`];
  return [
    `log of ${log.container}${run}, last lines`,
    ...lines.slice(-maxLogLines).map(toPlainText).map(indent),
  ];
}

function formatEvent({ lastMs, reason, count, about, message }: EventView): string {
  const time = new Date(lastMs).toISOString().slice(11, 19);
  const times = count > 1 ? ` ×${count}` : '';
  return `${time} ${reason}${times} ${about.title}: ${toPlainText(redact(message))}`;
}

function firstOf(lines: readonly string[], limit: number): readonly string[] {
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit - 1), `… and ${lines.length - limit + 1} more`];
}

/** A text under a label, wrapped at words. */
function labelled(label: string, text: string, maxLines: number): readonly string[] {
  const width = columns - labelColumns;
  const rows = [''];
  for (const word of toPlainText(text).split(' ')) {
    const row = rows.at(-1) ?? '';
    if (row !== '' && row.length + 1 + word.length > width) rows.push(word);
    else rows[rows.length - 1] = row === '' ? word : `${row} ${word}`;
  }
  return rows
    .slice(0, maxLines)
    .map((row, index) => (index === 0 ? label : '').padEnd(labelColumns) + row);
}

function indent(line: string): string {
  return `  ${line}`;
}

function cut(line: string): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
