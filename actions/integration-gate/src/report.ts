import { formatDuration } from '@slipway/core/duration';
import { formatReference } from '@slipway/core/image-ref';
import type { GateOutcome } from '@slipway/flow/gate';
import type { Report } from '@slipway/flow/runtime';
import type { Result } from './run.js';

export const outputs = {
  status: 'errored',
  evidence: '',
  'tested-against': '{}',
  junit: '',
  tests: '',
  failures: '',
};

const logLines = 20;

export function report(result: Result): Report {
  const { outcome } = result;
  const { status, evidence, neighbours, reports, counts, failure } = outcome;
  const images = Object.fromEntries(neighbours.map(({ service, image }) => [service, image]));
  return {
    outputs: {
      status,
      evidence: evidence ?? '',
      'tested-against': JSON.stringify(images),
      junit: reports.join('\n'),
      tests: counts === undefined ? '' : `${counts.passed + counts.failed + counts.skipped}`,
      failures: counts === undefined ? '' : `${counts.failed}`,
    },
    summary: formatSummary(result),
    ...(failure === undefined ? {} : { failure }),
  };
}

function formatSummary(result: Result): string {
  const { inputs, outcome, durationMs } = result;
  const { evidence, failure, notes } = outcome;
  const tests = formatCounts(outcome);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Candidate', `\`${formatReference(inputs.candidate)}\``],
    ['Tests', tests],
    ['Evidence', evidence === undefined ? undefined : `\`${evidence}\``],
    ['Took', formatDuration(durationMs)],
  ];
  return [
    `### ${formatTitle(result)}`,
    '',
    ...(failure === undefined ? [] : [`**${failure.code}**: ${failure.message}`, '']),
    ...(failure?.fix === undefined ? [] : [failure.fix, '']),
    ...notes.flatMap((note) => [`⚠️ ${note}`, '']),
    '| | |',
    '|---|---|',
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : [`| ${name} | ${text} |`])),
    '',
    ...formatNeighbours(outcome),
    ...formatFailedTests(outcome),
    ...formatLogs(outcome),
  ].join('\n');
}

function formatTitle({ inputs, outcome }: Result): string {
  const { service, environment } = inputs.place;
  const title = `integration of ${service} in ${environment}`;
  if (inputs.isDryRun && inputs.mode === 'run' && outcome.failure === undefined) {
    return `🔎 ${title}: dry run, the suite would run`;
  }
  const words = {
    passed: inputs.mode === 'run' ? '✅ {}: passed' : '✅ {}: has passed',
    failed: '❌ {}: failed',
    errored: '⛔ {}: no answer, the suite could not run',
    inconclusive: inputs.mode === 'run' ? '❔ {}: inconclusive' : '❔ {}: no evidence that counts',
  };
  return words[outcome.status].replace('{}', title);
}

function formatCounts({ counts }: GateOutcome): string | undefined {
  if (counts === undefined) return undefined;
  const { passed, failed, skipped } = counts;
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function formatNeighbours({ neighbours }: GateOutcome): readonly string[] {
  if (neighbours.length === 0) return [];
  const rows = neighbours.map(
    ({ service, version, image }) => `| ${service} | ${version ?? ''} | \`${image}\` |`,
  );
  return ['Tested against:', '', '| service | version | image |', '|---|---|---|', ...rows, ''];
}

function formatFailedTests({ failedTests }: GateOutcome): readonly string[] {
  if (failedTests.length === 0) return [];
  const rows = failedTests.map(
    ({ name, message }) => `| ${escapeCell(name)} | ${escapeCell(message)} |`,
  );
  return ['Failed tests:', '', '| test | message |', '|---|---|', ...rows, ''];
}

/** Where no test says what is wrong, the last lines of the log may. */
function formatLogs({ status, logs, failedTests }: GateOutcome): readonly string[] {
  if (status !== 'errored' || failedTests.length > 0) return [];
  return logs.flatMap(({ container, text }) => {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0) return [];
    const shown = lines.slice(-logLines).map((line) => line.replaceAll('```', '` ` `'));
    return [`Last lines of container ${container}:`, '', '```text', ...shown, '```', ''];
  });
}

function escapeCell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ');
}
