import { formatOutcomeOutputs, formatOutcomeSummary } from '@slipway/flow/deployment';
import type { Report } from '@slipway/flow/runtime';
import type { Result } from './run.js';

export const outputs = {
  status: 'refused',
  from: '',
  to: '',
  deployment: '',
  bundle: '',
  explanation: '',
  quarantined: '',
  duration: '0',
};

export function report({ inputs, outcome }: Result): Report {
  const { failure, previousVersion, version } = outcome;
  const title = `rollback of ${inputs.place.service} in ${inputs.place.environment} to ${version}`;
  return {
    outputs: {
      ...formatOutcomeOutputs(outcome),
      from: previousVersion ?? '',
      to: version,
      explanation: outcome.explanation ?? '',
      quarantined: outcome.quarantined ?? '',
    },
    summary: formatOutcomeSummary(title, outcome, { isDryRun: inputs.dryRun }),
    ...(failure === undefined ? {} : { failure }),
  };
}
