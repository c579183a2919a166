import type { FailureCode } from '../errors/index.js';
import type { ObjectIdentity } from '../manifest/index.js';

/** What keeps a rollout from being done. */
export interface Finding {
  /** `terminal`: it will not heal, waiting longer is of no use. `transient`: it may, only the deadline decides. */
  readonly severity: 'terminal' | 'transient';
  /** Whose fault: a `candidate` may be rolled back; under a fault of the `platform` the old version fares no better. */
  readonly fault: 'candidate' | 'platform';
  readonly code: FailureCode;
  /** The workload. */
  readonly object: ObjectIdentity;
  /** Name of a pod that shows it. */
  readonly pod?: string;
  readonly container?: string;
  /** For machines, in Kubernetes' own words: `CrashLoopBackOff`. */
  readonly reason: string;
  /** What and where and why, without a full stop. */
  readonly sentence: string;
  readonly fix: string;
  readonly exitCode?: number;
  readonly image?: string;
}

/** When a finding stops being transient. Absent rules never apply: then only the deadline decides. */
export interface Patience {
  /** Once it was there so long without a break; 0: at once. */
  readonly afterMs?: number;
  /** Once it was tried and failed so often. */
  readonly attempts?: number;
  /** Once so many pods show it. */
  readonly pods?: number;
  /** `afterMs` counts anew whenever the workload gets a step further. */
  readonly isResetByProgress?: boolean;
}

/** Something seen at one moment, and how long it may be seen. */
export interface Signal {
  /** What is one thing over time and across pods. */
  readonly key: string;
  readonly finding: Omit<Finding, 'severity'>;
  readonly patience: Patience;
  readonly attempts?: number;
}

export const seconds = 1000;
