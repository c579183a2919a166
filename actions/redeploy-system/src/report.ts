import { formatDuration } from '@slipway/core/duration';
import { SlipwayError } from '@slipway/core/errors';
import type { Report } from '@slipway/flow/runtime';
import type { ServiceResult } from '@slipway/flow/system';
import type { Result } from './run.js';

export const outputs = { services: '{}', snapshot: '', duration: '0' };

export function report(result: Result): Report {
  const { snapshot, durationMs } = result;
  const failure = findFailure(result);
  return {
    outputs: {
      services: JSON.stringify(Object.fromEntries(listStatuses(result))),
      snapshot,
      duration: (durationMs / 1000).toFixed(1),
    },
    summary: formatSummary(result),
    ...(failure === undefined ? {} : { failure }),
  };
}

type Status = readonly [name: string, { readonly version: string; readonly status: string }];

function listStatuses({ results, chosen, refusal }: Result): readonly Status[] {
  if (refusal !== undefined) {
    return chosen.map(({ name, bundle }) => [
      name,
      { version: bundle.config.version, status: 'refused' },
    ]);
  }
  return results.map(({ service: { name, bundle }, status }) => [
    name,
    { version: bundle.config.version, status },
  ]);
}

/** The first failure in the order of the waves: what came after it may be its doing. */
function findFailure({ results, refusal }: Result): SlipwayError | undefined {
  if (refusal !== undefined) return refusal;
  const failed = results.flatMap(({ service, failure }) =>
    failure === undefined ? [] : [{ name: service.name, failure }],
  );
  const [first] = failed;
  if (first === undefined) return findInterruption(results);
  const { name, failure: cause } = first;
  const { code, fix, problems } = cause;
  const message = `${failed.length} of ${results.length} services failed, first ${name}`;
  return new SlipwayError(code, message, {
    cause,
    problems,
    ...(fix === undefined ? {} : { fix }),
  });
}

function findInterruption(results: readonly ServiceResult[]): SlipwayError | undefined {
  if (!results.some(({ status }) => status === 'skipped')) return undefined;
  const message = 'not every service was begun: the run was interrupted';
  return new SlipwayError('interrupted', message, {
    fix: 'Run it again: it goes on where it stopped.',
  });
}

function formatSummary(result: Result): string {
  const { results, chosen, refusal, durationMs } = result;
  const rows =
    refusal === undefined
      ? results.map(formatRow)
      : chosen.map(({ name, bundle, explanation }) =>
          toRow(['', name, bundle.config.version, 'refused', '', explanation, bundle.digest]),
        );
  return [
    `### ${formatTitle(result)}`,
    '',
    ...(refusal === undefined ? [] : describeFailure(undefined, refusal)),
    '| wave | service | version | status | seconds | why | bundle |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...results.flatMap(({ service, failure, outcome }) =>
      failure === undefined
        ? []
        : describeFailure(service.name, failure, outcome?.evidence?.screen),
    ),
    `Took ${formatDuration(durationMs)}.`,
    '',
  ].join('\n');
}

function formatTitle({ inputs, results, refusal }: Result): string {
  const way = `${inputs.system.name}, ${inputs.from} → ${inputs.to}`;
  if (refusal !== undefined) return `⛔ ${way}: refused, nothing was changed`;
  const count = (wanted: ServiceResult['status'][]): number =>
    results.filter(({ status }) => wanted.includes(status)).length;
  const bad = count(['failed', 'refused', 'skipped']);
  const total = results.length;
  if (bad > 0) return `❌ ${way}: ${bad} of ${total} services are not live`;
  const unchanged = count(['unchanged']);
  if (unchanged === total) return `✅ ${way}: unchanged, all ${total} services are live already`;
  if (inputs.mode === 'plan' || inputs.isDryRun) {
    return `🔎 ${way}: ${total - unchanged} of ${total} services would be deployed`;
  }
  return `✅ ${way}: ${total} services are live, ${unchanged} of them were already`;
}

function formatRow({ service, wave, status, durationMs, reason }: ServiceResult): string {
  const { name, bundle, explanation, there } = service;
  const { version } = bundle.config;
  const told = reason === undefined ? status : `${status}: ${reason}`;
  const seconds = durationMs === undefined ? '' : (durationMs / 1000).toFixed(1);
  const change = there === undefined || there === version ? version : `${there} → ${version}`;
  return toRow([String(wave), name, change, told, seconds, explanation, bundle.digest]);
}

function toRow(cells: readonly string[]): string {
  const [digest = '', ...rest] = cells.toReversed();
  return `| ${[...rest.toReversed().map(escapeCell), `\`${digest}\``].join(' | ')} |`;
}

function escapeCell(text: string): string {
  return text.replaceAll(/[|<]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}

function describeFailure(
  service: string | undefined,
  { code, message, fix, problems }: SlipwayError,
  screen?: string,
): readonly string[] {
  const subject = service === undefined ? '' : `${service}: `;
  return [
    `**${subject}${code}**: ${message}`,
    '',
    ...problems.map(
      ({ subject: what, given = '', expected }) =>
        `- ${what}: given “${given}”, expected ${expected}`,
    ),
    ...(problems.length === 0 ? [] : ['']),
    ...(fix === undefined ? [] : [fix, '']),
    ...(screen === undefined ? [] : ['```text', screen, '```', '']),
  ];
}
