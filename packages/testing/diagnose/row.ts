import type { KubernetesObject } from '@slipway/core/manifest';
import type { Cluster, ResourceType } from '@slipway/io/cluster';
import type { DeploymentOutcome } from '@slipway/flow/deployment';
import type { TcpGate } from '../proxy/index.js';
import type { RegistryMood } from './moody-registry.js';

/** Where a row happens: a namespace of its own, in which a good release runs. */
export interface Place {
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Runs kubectl in the namespace, as somebody else would. */
  readonly kubectl: (...words: readonly string[]) => Promise<string>;
  /** What the registry through which the second image is pulled does from now on. */
  readonly setMood: (mood: RegistryMood) => void;
  /** Kills the API server and starts it again: only where a row has `isAlone`. */
  readonly restartApiServer: () => Promise<void>;
  /** The way to the API server that the deployment takes, where a row has `hasGate`. */
  readonly gate: TcpGate | undefined;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What the API shows when a row has gone wrong; seen on objects of after the first release. */
export interface VisibleSignal {
  readonly type: ResourceType;
  readonly shows: (object: KubernetesObject) => boolean;
}

/** A second release that something happens to, and what must become of it. */
export interface DiagnoseRow {
  readonly name: string;
  /** What the first release has beside Deployment and Service web. */
  readonly first?: readonly object[];
  /** All objects of the second release; image `app` is its image. */
  readonly objects: readonly object[];
  /** `registry`: pulled through the registry with moods. `missing`: nobody has it. */
  readonly image?: 'registry' | 'missing';
  readonly timeoutMs?: number;
  readonly soakMs?: number;
  readonly smokePath?: string;
  readonly hasGate?: boolean;
  /** It does something to the cluster that every other row would notice: it comes last, and by itself. */
  readonly isAlone?: boolean;
  /** It does to the cluster what only the lab’s own can stand. */
  readonly needsOwnCluster?: boolean;
  /** Between the two releases. */
  readonly before?: (place: Place) => Promise<void>;
  /** From the apply of the second release on, beside it. */
  readonly meanwhile?: (place: Place) => Promise<void>;
  /** Takes away what would outlive the namespace, or keep it. */
  readonly after?: (place: Place) => Promise<void>;
  readonly status: DeploymentOutcome['status'];
  readonly code?: string;
  readonly sentence?: RegExp;
  /** Absent where the API answers at once, or where only a deadline decides. */
  readonly signal?: VisibleSignal;
  /** How long after the signal the verdict may take. */
  readonly windowMs?: number;
  /** Its bad pods get ready, or the good ones go, so that clients may suffer. */
  readonly costsRequests?: boolean;
}
