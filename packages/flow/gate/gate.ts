import type { SystemConfig } from '@slipway/core/config';
import type { SlipwayError } from '@slipway/core/errors';
import type { TestCounts } from '@slipway/core/evidence';
import type { Digest, PinnedReference } from '@slipway/core/image-ref';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { RegistryClient } from '@slipway/io/registry';
import type { RecordPlace } from '../ledger/index.js';
import type { FailedTest } from '../test-report/index.js';
import type { SuiteLog } from './judge-suite.js';
import type { NeighbourChoice } from './neighbours.js';

/** What every question to the gate works with. */
export interface GateContext {
  readonly client: RegistryClient;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Which image is asked about, where, and against whom. */
export interface GateSubject {
  /** Of the candidate's service, in the environment of the test. */
  readonly place: RecordPlace;
  readonly system: SystemConfig;
  readonly candidate: PinnedReference;
  readonly neighbours: NeighbourChoice;
}

/** A service that the candidate was tested against. */
export interface NeighbourRow {
  readonly service: string;
  readonly image: Digest;
  /** Evidence names images only. */
  readonly version?: string;
}

/** What the gate has to say. */
export interface GateOutcome {
  readonly status: 'passed' | 'failed' | 'errored' | 'inconclusive';
  readonly neighbours: readonly NeighbourRow[];
  /** The digest of the referrer. */
  readonly evidence?: Digest;
  /** Absent where nothing counted. */
  readonly counts?: TestCounts;
  readonly failedTests: readonly FailedTest[];
  /** Files with the JUnit reports. */
  readonly reports: readonly string[];
  /** What the suite printed, where that is what remains to be read. */
  readonly logs: readonly SuiteLog[];
  /** What a reviewer must know beside the verdict. */
  readonly notes: readonly string[];
  readonly failure?: SlipwayError;
}

/** An outcome about which nothing more is known. */
export function emptyOutcome(status: GateOutcome['status']): GateOutcome {
  return { status, neighbours: [], failedTests: [], reports: [], logs: [], notes: [] };
}
