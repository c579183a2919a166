import { formatBytes } from '@slipway/core/byte-size';
import { formatDuration } from '@slipway/core/duration';
import type { FailureCode } from '@slipway/core/errors';
import { formatCode, type Report } from '@slipway/flow/runtime';
import type { FailedTest, TestResults } from '@slipway/flow/test-report';
import type { Result } from './run.js';

export const outputs = {
  layout: '',
  digest: '',
  tests: '',
  failures: '',
  evidence: '',
  logs: '',
  engine: '',
  platforms: '',
  size: '',
};

const listedTests = 50;
/** Nobody waits for a test that is quicker. */
const slowSeconds = 0.1;

/** The text with `***` for what is masked. */
type Redact = (text: string) => string;

export function report(result: Result, redact: Redact): Report {
  const { image, results, evidence, annotations, failure } = result;
  return {
    outputs: {
      layout: image?.layout ?? '',
      digest: image?.digest ?? '',
      tests: results === undefined ? '' : `${results.tests}`,
      failures: results === undefined ? '' : `${results.failures}`,
      evidence: evidence.join('\n'),
      logs: result.logs ?? '',
      engine: result.engine.name,
      platforms: image?.platforms.join('\n') ?? '',
      size: image === undefined ? '' : `${image.bytes}`,
    },
    summary: formatSummary(result, redact),
    annotations,
    ...(failure === undefined ? {} : { failure: failure.error }),
  };
}

function formatSummary(result: Result, redact: Redact): string {
  const { plan, image, results, engine, durationMs } = result;
  const context = plan.source?.folder;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Digest', image && `\`${image.digest}\``],
    ['Size', image && `${formatBytes(image.bytes)}, compressed`],
    ['Platforms', image?.platforms.join(', ')],
    ['Built from', context && `\`${context}\`${formatStage(plan.image?.target)}`],
    ['Tests', results && formatCounts(results)],
    ['Tested in', formatPlaces(result)],
    ['Engine', engine.description],
    ['Took', formatDuration(durationMs)],
  ];
  return [
    `### ${formatTitle(result)}`,
    '',
    ...formatReason(result, redact),
    ...formatFailed(result, redact),
    ...formatLines(result, redact),
    '| | |',
    '|---|---|',
    ...facts.flatMap(([name, text]) => (text === undefined ? [] : [`| ${name} | ${text} |`])),
    '',
    ...formatFlaky(result, redact),
    ...formatSlowest(results, redact),
  ].join('\n');
}

/** What failed comes first. */
function formatReason({ failure, results }: Result, redact: Redact): readonly string[] {
  if (failure === undefined) return [];
  const { error, lines } = failure;
  const isShown = lines.length > 0 || (results?.failures ?? 0) > 0;
  const isMere = error.code === 'tests-failed' || error.code === 'build-failed';
  // that all of it can be seen here is seen
  const fix =
    error.fix === undefined || (isShown && isMere) ? [] : [escapeText(error.fix, redact), ''];
  return [`${formatCode(error)}: ${escapeText(error.message, redact)}.`, '', ...fix];
}

function formatTitle(result: Result): string {
  const { name, plan, image, results, failure } = result;
  if (failure !== undefined) return `❌ ${name}: ${explainTitle(result, failure.error.code)}`;
  const tested = results === undefined ? '' : ' and tested';
  if (image !== undefined) return `✅ ${name}: built${tested}`;
  if (plan.command === undefined) return `✅ ${name}: tested`;
  return `✅ ${name}: commands ran in ${plan.command.image}${tested}`;
}

const titles: Partial<Record<FailureCode, string>> = {
  'service-failed': 'a service did not come up',
  'test-report-invalid': 'no report tells how the tests went',
  'tests-failed': 'the tests did not pass',
  'deadline-exceeded': 'it was not done in time',
  interrupted: 'it was interrupted',
  'engine-missing': 'its engine does not answer',
};

function explainTitle({ failedIn }: Result, code: FailureCode): string {
  const failed =
    failedIn?.kind === 'image' ? `commands failed in ${failedIn.name}` : 'it cannot be built';
  return titles[code] ?? failed;
}

function formatStage(target: string | undefined): string {
  return target === undefined ? '' : `, stage \`${target}\``;
}

function formatCounts({ tests, failures, skipped, flaky }: TestResults): string {
  const tried = flaky.length === 0 ? '' : ` (${flaky.length} flaky)`;
  return `${tests - failures - skipped} passed${tried}, ${failures} failed, ${skipped} skipped`;
}

function formatPlaces({ testedIn }: Result): string | undefined {
  if (testedIn.length === 0) return undefined;
  return testedIn
    .map(({ kind, name }) => (kind === 'image' ? `\`${name}\`` : `${kind} \`${name}\``))
    .join(', ');
}

function formatFailed({ results }: Result, redact: Redact): readonly string[] {
  const failed = results?.failed ?? [];
  return failed.length === 0 ? [] : ['#### Failed tests', '', ...formatTests(failed, redact)];
}

/** A pass that was not the first try: somebody wants to know before it fails for good. */
function formatFlaky({ results }: Result, redact: Redact): readonly string[] {
  const flaky = results?.flaky ?? [];
  if (flaky.length === 0) return [];
  return [
    '#### Flaky tests',
    '',
    'They failed, and passed when tried again.',
    '',
    ...formatTests(flaky, redact),
  ];
}

function formatTests(tests: readonly FailedTest[], redact: Redact): readonly string[] {
  const rows = tests.slice(0, listedTests).map(({ name, message, file, line }) => {
    const at = line === undefined ? '' : `:${line}`;
    const place =
      file === undefined ? '' : `<br>\`${redact(`${file}${at}`).replaceAll(/[`|]/g, ' ')}\``;
    return `| ${escapeText(name, redact)}${place} | ${escapeText(message, redact)} |`;
  });
  const more = tests.length - rows.length;
  return [
    '| test | what it said |',
    '|---|---|',
    ...rows,
    '',
    ...(more > 0 ? [`and ${more} more, in the reports`, ''] : []),
  ];
}

/** Where failed tests do not say it all, the last lines may. */
function formatLines({ failure, results }: Result, redact: Redact): readonly string[] {
  if (failure === undefined || failure.lines.length === 0) return [];
  if (failure.error.code === 'tests-failed' && (results?.failures ?? 0) > 0) return [];
  const lines = failure.lines.map((line) => redact(line).replaceAll('```', '` ` `'));
  return ['Its last lines:', '', '```text', ...lines, '```', ''];
}

function formatSlowest(results: TestResults | undefined, redact: Redact): readonly string[] {
  const slowest = (results?.slowest ?? []).filter(({ seconds }) => seconds >= slowSeconds);
  if (slowest.length === 0) return [];
  const rows = slowest.map(
    ({ name, seconds }) => `| ${escapeText(name, redact)} | ${formatDuration(seconds * 1000)} |`,
  );
  const table = ['| test | took |', '|---|---|', ...rows];
  return ['<details><summary>Slowest tests</summary>', '', ...table, '', '</details>', ''];
}

/** What others wrote, as text on one line of Markdown, also in a table: escaped, no secret is known any more. */
function escapeText(text: string, redact: Redact): string {
  return redact(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|~!]/g, String.raw`\$&`);
}
