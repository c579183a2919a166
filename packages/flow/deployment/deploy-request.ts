import type { LedgerState } from '@slipway/core/release';
import type { Bundle, RenderedBundle } from './bundle-artifact.js';
import type { MakeLiveRequest } from './make-live-request.js';
import type { TellDifference } from './object-diff.js';

/** What is to become live, and how. */
export interface DeployRequest {
  /** Just rendered, or one that the ledger's repository holds already. */
  readonly bundle: Bundle | RenderedBundle;
  /** `redeploy`: what was good elsewhere is made live here. */
  readonly intent: 'deploy' | 'redeploy';
  /** Judges under the lock whether it may go, whatever was judged before; throws when it may not. */
  readonly admit?: (state: LedgerState) => void;
  /** The plan that it carries out, and who approved it; recorded. */
  readonly approved?: MakeLiveRequest['approved'];
  readonly onFailure: 'rollback' | 'stop';
  readonly conflicts: 'fail' | 'take';
  /** `skip`: whoever deploys has seen to the migrations; default is `run`. */
  readonly migrations?: 'run' | 'skip';
  readonly prune: boolean;
  readonly timeoutMs: number;
  /** Deploy what is quarantined, and why. */
  readonly overrideReason?: string;
  /** Takes what becomes of each object: before anything is written, and of what is deleted, as it is. */
  readonly tellDifference?: TellDifference;
}
