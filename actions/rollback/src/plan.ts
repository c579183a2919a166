import type { Repository } from '@slipway/core/image-ref';
import type { RollBackRequest } from '@slipway/flow/deployment';
import { resolveLedgerRepository } from '@slipway/flow/ledger';
import type { Inputs } from './inputs.js';

export interface RollBackPlan {
  readonly request: RollBackRequest;
  readonly ledger: Repository;
}

/** What is asked of the ledger, and where it is. Which bundle it will be is decided under the lock. */
export function planInputs(inputs: Inputs): RollBackPlan {
  const { to, reason, overrideReason, timeoutMs, service, image } = inputs;
  return {
    request: {
      to,
      reason,
      timeoutMs,
      ...(overrideReason === undefined ? {} : { overrideReason }),
    },
    ledger: resolveLedgerRepository(inputs.ledger, service, image),
  };
}
