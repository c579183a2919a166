import type { SlipwayError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import type { ObjectIdentity } from '@slipway/core/manifest';
import { toSlipwayError } from '../runtime/index.js';
import type { Adoption } from './adoption.js';
import type { AppliedObject } from './apply-options.js';
import type { DeploymentContext } from './context.js';
import type { Evidence } from './evidence.js';

/** What became of a deployment or rollback: everything that outputs and summary say. */
export interface DeploymentOutcome {
  readonly status: 'succeeded' | 'unchanged' | 'failed' | 'rolled-back' | 'refused';
  /** Absent when nothing was started. */
  readonly deployment?: string;
  readonly bundle: Digest;
  readonly version: string;
  /** What was live before. */
  readonly previousVersion?: string;
  readonly applied: readonly AppliedObject[];
  /** Deleted, or in a dry run to be deleted. */
  readonly pruned: readonly ObjectIdentity[];
  /** What ran here before the first deployment of Slipway’s, or runs still in a dry run. */
  readonly adopted?: Adoption;
  /** What is live now after a failure. */
  readonly rolledBackTo?: { readonly version: string; readonly bundle: Digest };
  /** Why this bundle and no other, where one had to be chosen. */
  readonly explanation?: string;
  /** What must not be deployed again. */
  readonly quarantined?: string;
  readonly isKnownGood: boolean;
  readonly failure?: SlipwayError;
  readonly evidence?: Evidence;
  readonly durationMs: number;
}

export type UntimedOutcome = Omit<DeploymentOutcome, 'durationMs'>;

/** What an outcome says of the release, whatever becomes of it. */
export type Told = Pick<UntimedOutcome, 'bundle' | 'version' | 'previousVersion' | 'adopted'>;

/**
 * Does what may fail after a deployment was started: from then on a failure is an outcome, with all that is
 * known, and no longer a refusal.
 */
export async function tellFailure(
  { logger }: Pick<DeploymentContext, 'logger'>,
  told: Told & Pick<UntimedOutcome, 'deployment' | 'explanation'>,
  work: () => Promise<UntimedOutcome>,
): Promise<UntimedOutcome> {
  try {
    return await work();
  } catch (thrown) {
    const failure = toSlipwayError(thrown);
    logger.debug(`the deployment ended with ${failure.code}`);
    return { ...told, status: 'failed', applied: [], pruned: [], isKnownGood: false, failure };
  }
}
