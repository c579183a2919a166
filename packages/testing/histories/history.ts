import type { EventDraft, LedgerState } from '@slipway/core/release';
import type { Step } from '../release/index.js';

/** A ledger, the question where to return to, and the only right answer. */
export interface History {
  /** The situation. */
  readonly name: string;
  readonly events: readonly (Step | EventDraft)[];
  /** What a later version made of it. */
  readonly alter?: (state: LedgerState) => LedgerState;
  /** Automatic: the deployment that was live when the failed one began. Absent: a person asks. */
  readonly wasLive?: number;
  /** The version whose bundle is left; default: the release that is in the cluster. */
  readonly leaving?: string;
  readonly to?: string;
  readonly override?: boolean;
  /** Minute of the question; default: 10,000. */
  readonly now?: number;
  /** The version; absent: nowhere. */
  readonly returns?: string;
  /** The whole explanation. */
  readonly because: string;
}
