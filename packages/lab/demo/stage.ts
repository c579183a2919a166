import type { Clock } from '@slipway/io/clock';
import type { EnginePart } from '../engine/index.js';
import type { RepositoryStandIn } from '../github/index.js';
import type { ClusterPart, RegistryPart } from '../parts/index.js';
import type { ShopRepository } from '../shop/index.js';
import type { Job } from './job.js';

/** What the demo needs to play its story. */
export interface Stage {
  readonly job: Job;
  readonly candidates: RegistryPart;
  readonly production: RegistryPart;
  readonly clusters: Readonly<Record<'test' | 'production' | 'standby', ClusterPart>>;
  /** The shop’s, in each of them. */
  readonly namespace: string;
  readonly engine: EnginePart;
  readonly shop: ShopRepository;
  /** The people who review on GitHub. */
  readonly reviewers: RepositoryStandIn;
  readonly labFolder: string;
  /** The checkout of this project. */
  readonly root: string;
  readonly kubectl: string;
  readonly slipway: readonly [string, ...string[]];
  readonly clock: Clock;
  readonly say: (line: string) => void;
}
