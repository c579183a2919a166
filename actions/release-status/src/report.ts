import type { Report } from '@slipway/flow/runtime';
import { formatStatusSummary } from '@slipway/flow/system';
import type { Result } from './run.js';

export const outputs = { json: '' };

export function report({ status, failure }: Result): Report {
  return {
    outputs: { json: JSON.stringify(status) },
    summary: formatStatusSummary(status),
    ...(failure === undefined ? {} : { failure }),
  };
}
