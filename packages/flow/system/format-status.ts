import { formatDuration } from '@slipway/core/duration';
import type { Lag, PlaceStatus, StatusCell, SystemStatus } from './system-status.js';

/**
 * What is where, as Markdown for the job summary.
 *
 * @example formatStatusSummary(status) // '### 📋 shop: what is where\n\n| service | test | production |\n…'
 */
export function formatStatusSummary(status: SystemStatus): string {
  const failures = listFailures(status);
  const title =
    failures.length === 0
      ? `### 📋 ${status.system}: what is where`
      : `### ❌ ${status.system}: not every record could be read`;
  const rows = toTable(status).map((row) => `| ${row.map(toMarkdownCell).join(' | ')} |`);
  const [header = '', ...body] = rows;
  const columns = listEnvironments(status).length + 1;
  return [
    title,
    '',
    header,
    `|${'---|'.repeat(columns)}`,
    ...body,
    '',
    ...withGap(status.behind.map((lag) => `- ${describeLag(lag)}`)),
    ...withGap(failures.map((sentence) => `- ${toMarkdownText(sentence)}`)),
    `Read at ${status.at.slice(0, 19).replace('T', ' ')} UTC.`,
    '',
  ].join('\n');
}

/**
 * The same as aligned lines for a log.
 *
 * @example formatStatusTable(status)[1] // 'orders   1.4.0, known good, live for 2 h   –'
 */
export function formatStatusTable(status: SystemStatus): readonly string[] {
  const table = toTable(status).map((row) => row.map((parts) => [parts].flat().join(', ')));
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
  return [...lines, ...status.behind.map(describeLag), ...listFailures(status)];
}

/** @example describeLag(lag) // 'orders: production has 1.3.0 and lags behind test, which has 1.4.0' */
function describeLag({ service, environment, version, behind, newer }: Lag): string {
  return `${service}: ${environment} has ${version ?? 'nothing'} and lags behind ${behind}, which has ${newer}`;
}

function listFailures({ services }: SystemStatus): readonly string[] {
  return Object.entries(services).flatMap(([service, cells]) =>
    Object.entries(cells).flatMap(([environment, cell]) =>
      cell !== null && 'failure' in cell
        ? [`${service} in ${environment}: ${cell.failure.code}: ${cell.failure.message}`]
        : [],
    ),
  );
}

type Row = readonly (string | readonly string[])[];

function toTable(status: SystemStatus): readonly Row[] {
  const environments = listEnvironments(status);
  const body = Object.entries(status.services).map(([service, cells]): Row => {
    const columns = environments.map((environment) =>
      describeCell(cells[environment] ?? null, status.at),
    );
    return [service, ...columns];
  });
  return [['service', ...environments], ...body];
}

function listEnvironments({ services }: SystemStatus): readonly string[] {
  return [...new Set(Object.values(services).flatMap((cells) => Object.keys(cells)))];
}

function describeCell(cell: StatusCell, now: string): readonly string[] {
  if (cell === null) return ['–'];
  if ('failure' in cell) return [`could not be read (${cell.failure.code})`];
  return [
    ...describeLive(cell, now),
    ...describeLast(cell, now),
    ...describeQuarantined(cell),
    ...describeHold(cell, now),
  ];
}

function describeLive({ version, state, since }: PlaceStatus, now: string): readonly string[] {
  if (version === undefined || state === undefined) return ['nothing live'];
  const time = since === undefined ? [] : [`live for ${formatSince(since, now)}`];
  return [version, state.replaceAll('-', ' '), ...time];
}

function describeLast({ inProgress, unsuccessful }: PlaceStatus, now: string): readonly string[] {
  if (inProgress !== undefined) {
    return [`${inProgress.version} in progress for ${formatSince(inProgress.since, now)}`];
  }
  if (unsuccessful === undefined) return [];
  const { version, state, code } = unsuccessful;
  return [`${version} ${state.replaceAll('-', ' ')}${code === undefined ? '' : ` (${code})`}`];
}

function describeQuarantined({ quarantined }: PlaceStatus): readonly string[] {
  if (quarantined.length === 0) return [];
  return [`quarantined: ${quarantined.map(({ version }) => version).join(' ')}`];
}

/** @example describeHold({ hold, … }, now) // ['held by ada for 2 h: black friday'] */
function describeHold({ hold }: PlaceStatus, now: string): readonly string[] {
  if (hold === undefined) return [];
  return [`held by ${hold.actor} for ${formatSince(hold.at, now)}: ${hold.reason}`];
}

function formatSince(since: string, now: string): string {
  return formatDuration(Math.max(0, Date.parse(now) - Date.parse(since)));
}

function toMarkdownCell(parts: Row[number]): string {
  return [parts].flat().map(toMarkdownText).join('<br>');
}

/** Versions and what registries say are other people's words. */
function toMarkdownText(text: string): string {
  return text.replaceAll(/[|<]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}

function withGap(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [...lines, ''];
}
