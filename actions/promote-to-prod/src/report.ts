import { formatDuration } from '@slipway/core/duration';
import { describeHold, formatDiffSection } from '@slipway/flow/deployment';
import type { PlannedPromotion } from '@slipway/flow/promotion';
import type { Report } from '@slipway/flow/runtime';
import type { Result } from './run.js';

export const outputs = {
  decision: 'blocked',
  'approval-environment': '',
  level: '',
  reasons: '',
  plan: '',
  'plan-digest': '',
  diff: '',
  reference: '',
  bundle: '',
  version: '',
  referrers: '0',
  commit: '',
};

type Planned = Extract<Result, { mode: 'plan' }>;
type Applied = Extract<Result, { mode: 'apply' }>;

export function report(result: Result): Report {
  return result.mode === 'plan' ? reportPlan(result) : reportApply(result);
}

function reportPlan(result: Planned): Report {
  const { planned, file, diffFile } = result;
  const { judged, bundle, block } = planned;
  const { verdict, version, commit } = judged;
  return {
    outputs: {
      decision: verdict.decision,
      'approval-environment': verdict.approvalEnvironment ?? '',
      level: verdict.level,
      reasons: verdict.reasons.join('\n'),
      plan: file?.path ?? '',
      'plan-digest': file?.digest ?? '',
      diff: diffFile,
      bundle: bundle.digest,
      version,
      commit: commit ?? '',
    },
    summary: formatPlanSummary(result),
    ...(block === undefined ? {} : { failure: block }),
  };
}

/** What a reviewer has to know, without opening the log. */
function formatPlanSummary(result: Planned): string {
  const { inputs, work, planned, file } = result;
  const { judged, bundle, diff } = planned;
  const { verdict, version, live, commit } = judged;
  const { service, environment } = inputs.place;
  const from = live === undefined ? 'nothing' : live.attempt.version;
  const decisions = {
    proceed: '✅ It may go: nobody has to approve it.',
    approve: `✋ It waits for the approval of **${verdict.approvalEnvironment ?? ''}**.`,
    blocked: '⛔ It is blocked.',
  };
  return [
    `### Plan: ${service} ${from} → ${version} in ${environment}`,
    '',
    decisions[verdict.decision],
    '',
    ...verdict.reasons.map((reason) => `- ${reason}`),
    ...(judged.hold === undefined ? [] : [`- ${describeHold(judged.hold)}`]),
    '',
    '| | |',
    '|---|---|',
    `| image | \`${work.candidate.digest}\` |`,
    ...formatCommits(result, commit),
    `| bundle | \`${bundle.digest}\` |`,
    ...(file === undefined ? [] : [`| plan | \`${file.digest}\` |`]),
    `| migration | ${bundle.config.migration} |`,
    `| soak | ${formatDuration(verdict.soakMs)} |`,
    '',
    ...formatGates(verdict.gates),
    ...formatDiff(diff),
    ...(bundle.notes ?? []).map((note) => `\n> ${note}`),
  ].join('\n');
}

/** What is new, where GitHub shows it. */
function formatCommits(
  { planned, repositoryUrl }: Planned,
  commit: string | undefined,
): readonly string[] {
  const before = planned.judged.live?.bundle.config.commit;
  if (commit === undefined) return [];
  if (before === undefined || before === commit) return [`| commit | \`${commit}\` |`];
  const range = `${before.slice(0, 8)}…${commit.slice(0, 8)}`;
  if (repositoryUrl === undefined) return [`| commits | ${range} |`];
  return [`| commits | [${range}](${repositoryUrl}/compare/${before}...${commit}) |`];
}

function formatGates(gates: PlannedPromotion['judged']['verdict']['gates']): readonly string[] {
  if (gates.length === 0) return [];
  const marks = { passed: '✅ passed', failed: '❌ failed', missing: '❔ missing' };
  return [
    '| gate | verdict | evidence |',
    '|---|---|---|',
    ...gates.map(
      ({ gate, state, evidence }) =>
        `| ${gate} | ${marks[state]} | ${evidence === undefined ? '–' : `\`${evidence}\``} |`,
    ),
    '',
  ];
}

function formatDiff(diff: PlannedPromotion['diff']): readonly string[] {
  if (diff.changes.length === 0) return ['Nothing changes but what is recorded.'];
  return formatDiffSection('Difference to what is live', diff);
}

function reportApply({ inputs, file, applied }: Applied): Report {
  const { plan, digest } = file;
  const { reference, bundle, copied, approvedBy } = applied;
  const verb = inputs.dryRun ? 'would be promoted' : 'is promoted';
  const { blobs, manifests, referrers } = copied;
  return {
    outputs: {
      decision: plan.decision,
      'approval-environment': plan.approvalEnvironment ?? '',
      level: plan.level,
      'plan-digest': digest,
      reference,
      bundle,
      version: plan.version,
      referrers: String(referrers),
      commit: plan.commit ?? '',
    },
    summary: [
      `### ${plan.service} ${plan.version} ${verb}`,
      '',
      '| | |',
      '|---|---|',
      `| image | \`${reference}\` |`,
      `| bundle | \`${bundle}\` |`,
      `| plan | \`${digest}\` |`,
      `| approved by | ${approvedBy ?? 'nobody had to'} |`,
      `| copied | ${blobs.sent} blobs and ${manifests.sent} manifests, ${blobs.mounted} blobs mounted, ${blobs.present + manifests.present} were there |`,
      `| evidence and signatures | ${referrers} |`,
    ].join('\n'),
  };
}
