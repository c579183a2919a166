import type { AttemptEventContent, Intent } from '@slipway/core/release';
import type { Bundle } from './bundle-artifact.js';
import type { TellDifference } from './object-diff.js';
import type { StepOptions } from './workloads.js';

export interface MakeLiveRequest {
  readonly bundle: Bundle;
  readonly intent: Intent;
  /** Take fields that other field managers own, or fail and name them. */
  readonly conflicts: 'fail' | 'take';
  readonly migrations: StepOptions['migrations'];
  /** Jobs that have run here: where one is not there any more, it is not made again. */
  readonly ran: ReadonlySet<string>;
  readonly prune: boolean;
  /** For everything that is waited for, from the apply on. */
  readonly timeoutMs: number;
  readonly reason?: string;
  /** Takes what is deleted. */
  readonly tellDifference?: TellDifference;
  /** What it carries out, and who approved that. */
  readonly approved?: Pick<AttemptEventContent, 'plan' | 'approvals'>;
}
