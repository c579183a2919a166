import { SlipwayError, type FailureCode, type SlipwayErrorOptions } from '@slipway/core/errors';

/** A field that somebody else's apply or update owns. */
export interface FieldConflict {
  /** The field manager, as the API names it: `kubectl-client-side-apply`, `helm`. */
  readonly manager: string;
  /** `.spec.template.spec.containers[name="app"].image` */
  readonly field: string;
}

interface ClusterErrorOptions extends SlipwayErrorOptions {
  /** HTTP status of the API's answer; absent when there was none. */
  readonly status?: number;
  /** The API's machine reason: `NotFound`, `Invalid`, `Conflict`. */
  readonly reason?: string;
  readonly conflicts?: readonly FieldConflict[];
}

/** What went wrong between us and a Kubernetes API, or what it refused. */
export class ClusterError extends SlipwayError {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  /** With the code `apply-conflict`: who owns what. */
  readonly conflicts: readonly FieldConflict[];

  constructor(code: FailureCode, message: string, options: ClusterErrorOptions = {}) {
    super(code, message, options);
    this.status = options.status;
    this.reason = options.reason;
    this.conflicts = options.conflicts ?? [];
  }
}
