import type { SlipwayError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import type { AppliedObject } from './apply.js';
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
