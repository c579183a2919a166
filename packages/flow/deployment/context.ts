import type { Clock } from '@slipway/io/clock';
import type { Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import type { RegistryClient } from '@slipway/io/registry';
import type { Ledger } from '../ledger/index.js';
import type { Mirror } from '../mirror/index.js';
import type { RunIdentity } from '../runtime/index.js';

/** What every deployment works with. Cluster and client outlive the signal: the record must be finished. */
export interface DeploymentContext {
  readonly service: string;
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly client: RegistryClient;
  readonly ledger: Ledger;
  /** Where it is, moving tags follow what has proved good. */
  readonly isProduction?: boolean;
  /** Shows on GitHub what is recorded. */
  readonly mirror?: Mirror;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly run: RunIdentity;
  /** Where what is seen of a release that does not work is saved. */
  readonly evidenceFolder: string;
}
