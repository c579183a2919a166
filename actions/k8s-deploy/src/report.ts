import {
  formatDiffSection,
  formatOutcomeOutputs,
  formatOutcomeSummary,
  type ObjectDiff,
} from '@slipway/flow/deployment';
import type { Report } from '@slipway/flow/runtime';
import type { Result } from './run.js';

export const outputs = {
  status: 'refused',
  deployment: '',
  bundle: '',
  version: '',
  'previous-version': '',
  changed: '0',
  diff: '',
  'rolled-back-to': '',
  duration: '0',
};

export function report({ inputs, outcome, notes = [], diff }: Result): Report {
  const { failure, status } = outcome;
  const common = formatOutcomeOutputs(outcome);
  const title = `${inputs.place.service} ${outcome.version} → ${inputs.place.environment}`;
  return {
    outputs: {
      ...common,
      version: outcome.version,
      'previous-version': outcome.previousVersion ?? '',
      changed: String(countChanges(outcome)),
      diff: diff?.file ?? '',
      'rolled-back-to': outcome.rolledBackTo?.version ?? '',
    },
    summary: [
      formatOutcomeSummary(title, outcome, { isDryRun: inputs.dryRun, notes }),
      ...describeDiff(diff?.changes ?? []),
    ].join('\n'),
    ...(failure !== undefined && (status === 'failed' || status === 'rolled-back')
      ? { failure }
      : {}),
  };
}

function describeDiff(changes: readonly ObjectDiff[]): readonly string[] {
  const text = changes.map(({ patch }) => patch).join('');
  return formatDiffSection('Difference to what was live', { text, changes });
}

function countChanges({ applied, pruned }: Result['outcome']): number {
  return applied.filter(({ change }) => change !== 'unchanged').length + pruned.length;
}
