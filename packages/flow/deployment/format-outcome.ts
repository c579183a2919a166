import { formatDuration } from '@slipway/core/duration';
import { formatIdentity } from '@slipway/core/manifest';
import { escapeCell } from '../runtime/index.js';
import type { DeploymentOutcome } from './outcome.js';

/** The outputs that k8s-deploy and rollback share. */
export function formatOutcomeOutputs(outcome: DeploymentOutcome): Readonly<Record<string, string>> {
  return {
    status: outcome.status,
    deployment: outcome.deployment ?? '',
    bundle: outcome.bundle,
    duration: (outcome.durationMs / 1000).toFixed(1),
  };
}

export interface SummaryOptions {
  readonly isDryRun: boolean;
  /** What a reader should know of how it was rendered. */
  readonly notes?: readonly string[];
}

/**
 * The summary of a deployment or rollback, for somebody who does not open the log: what became of it, why,
 * what is live now, what was changed.
 *
 * @example formatOutcomeSummary('catalog 1.1.0 → test', outcome, { isDryRun: false }) // '### ✅ catalog 1.1.0 → test: live\n…'
 */
export function formatOutcomeSummary(
  title: string,
  outcome: DeploymentOutcome,
  { isDryRun, notes = [] }: SummaryOptions,
): string {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Version', describeVersion(outcome)],
    ['Adopted', describeAdoption(outcome)],
    ['Live now', outcome.rolledBackTo?.version],
    ['Why this one', outcome.explanation],
    ['Quarantined', outcome.quarantined],
    ['Deployment', outcome.deployment],
    ['Bundle', `\`${outcome.bundle}\``],
    ['Known good', outcome.isKnownGood ? 'yes' : 'no'],
    ['Took', formatDuration(outcome.durationMs)],
  ];
  const rows = facts.flatMap(([name, text]) =>
    text === undefined ? [] : [`| ${name} | ${escapeCell(text)} |`],
  );
  return [
    `### ${describeStatus(title, outcome, isDryRun)}`,
    '',
    ...describeFailure(outcome),
    '| | |',
    '|---|---|',
    ...rows,
    '',
    ...describeChanges(outcome, isDryRun),
    '',
    ...notes.map((note) => `> ${note}`),
  ].join('\n');
}

function describeStatus(
  title: string,
  { status, isKnownGood }: DeploymentOutcome,
  isDryRun: boolean,
): string {
  if (isDryRun) {
    return status === 'unchanged'
      ? `🔎 ${title}: nothing would change`
      : `🔎 ${title}: would be done`;
  }
  const words = {
    succeeded: `✅ ${title}: live`,
    unchanged: isKnownGood
      ? `✅ ${title}: unchanged, already live`
      : `⏳ ${title}: unchanged, live but not known good`,
    failed: `❌ ${title}: failed`,
    'rolled-back': `↩️ ${title}: failed and rolled back`,
    refused: `⛔ ${title}: refused, nothing was changed`,
  };
  return words[status];
}

function describeVersion({ version, previousVersion }: DeploymentOutcome): string {
  return previousVersion === undefined || previousVersion === version
    ? version
    : `${previousVersion} → ${version}`;
}

/** Taking over writes nothing but metadata; what restarts pods is the release itself. */
function describeAdoption({ adopted }: DeploymentOutcome): string | undefined {
  if (adopted === undefined) return undefined;
  const { bundle, obstacle, objects, deployers, notes } = adopted;
  const what = bundle === undefined ? 'what ran here' : `${bundle.config.version}, which ran here`;
  const from = `${what}: ${objects.length} objects of ${[...deployers].join(', ')}`;
  const closed = obstacle === undefined ? [] : [`nothing to return to: ${obstacle}`];
  return [from, ...closed, ...notes].join('<br>');
}

function describeFailure({ failure, evidence }: DeploymentOutcome): readonly string[] {
  if (failure === undefined) return [];
  const screen = evidence === undefined ? [] : ['```text', evidence.screen, '```', ''];
  return [`**${failure.code}**: ${failure.message}`, '', failure.fix ?? '', '', ...screen];
}

function describeChanges(
  { applied, pruned }: DeploymentOutcome,
  isDryRun: boolean,
): readonly string[] {
  const changed = applied.filter(({ change }) => change !== 'unchanged');
  if (changed.length + pruned.length === 0) return [];
  const rows = [
    ...changed.map(({ identity, change }) => `- ${change}: ${formatIdentity(identity)}`),
    ...pruned.map((identity) => `- deleted: ${formatIdentity(identity)}`),
  ];
  return [isDryRun ? 'Would change:' : 'Changed:', '', ...rows];
}
