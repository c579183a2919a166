import type { RollBackRequest } from '@slipway/flow/deployment';
import type { Inputs } from './inputs.js';

/** What is asked of the ledger. Which bundle it will be is decided under the lock. */
export function planInputs(inputs: Inputs): RollBackRequest {
  const { to, reason, overrideReason, hold, timeoutMs } = inputs;
  return {
    to,
    reason,
    hold,
    timeoutMs,
    ...(overrideReason === undefined ? {} : { overrideReason }),
  };
}
