import type { ObjectIdentity } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { TellDifference } from './object-diff.js';

export interface AppliedObject {
  readonly identity: ObjectIdentity;
  readonly change: 'created' | 'configured' | 'unchanged';
  /** A Job that is not there because it has run already. */
  readonly hasRun?: true;
}

export interface ApplyObjectsOptions {
  /** What to do about fields that other field managers own. */
  readonly conflicts: 'fail' | 'take';
  /** Whose the fields are then. */
  readonly fieldManager: string;
  /** Ask the server about every phase, and write nothing. */
  readonly dryRun: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when nothing may be written any more: the run was cancelled, or the lock lost. */
  readonly signal: AbortSignal;
  /** In a dry run before an adoption: managers whose fields will be ours by then, and stand in nobody’s way. */
  readonly deployers?: ReadonlySet<string>;
  /** Jobs that have run, by `formatObjectKey`: where one is not there any more, it is not made again. */
  readonly ran?: ReadonlySet<string>;
  /** Takes what becomes of each object that changes, in the order of the objects. */
  readonly tellDifference?: TellDifference;
  /** Jobs are made anew, also where they have run before. */
  readonly isRunAnew?: boolean;
}
