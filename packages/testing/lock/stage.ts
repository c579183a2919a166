import { SlipwayError } from '@slipway/core/errors';
import type { KubernetesObject } from '@slipway/core/manifest';
import { acquireLock, type Holder, type Lock } from '@slipway/flow/lock';
import type { Clock } from '@slipway/io/clock';
import { ClusterError } from '@slipway/io/cluster';
import { createSteppedClock, type SteppedClock } from '../clock/index.js';
import { createClusterInMemory, type ClusterInMemory } from '../cluster/index.js';
import { createRecordingLogger, type RecordingLogger } from '../logger/index.js';

export const leaseOfCatalog = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  name: 'slipway-catalog',
  namespace: 'shop',
};

/** What the API's client throws when nobody answers. */
export const awayError = new ClusterError('cluster-unreachable', 'the cluster cannot be reached');

interface Asking {
  readonly waitMs?: number;
  /** Of the machine that asks; the stage's own unless told. */
  readonly clock?: Clock;
  /** Who asks; a run of acme/shop unless told. */
  readonly holder?: Holder;
}

/** A Lease in a cluster in memory, and who asks for it, under a clock that moves only by hand. */
export interface LockStage {
  readonly cluster: ClusterInMemory;
  readonly clock: SteppedClock;
  readonly logger: RecordingLogger;
  readonly acquire: (runId: string, asking?: Asking) => Promise<Lock>;
  /** The Lease's spec, with its annotations. */
  readonly read: () => Promise<Readonly<Record<string, unknown>>>;
}

export async function setLockStage(): Promise<LockStage> {
  const cluster = createClusterInMemory();
  const clock = createSteppedClock();
  const logger = createRecordingLogger();
  for (const name of ['kube-system', 'shop']) {
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  return {
    cluster,
    clock,
    logger,
    acquire: (runId, asking = {}) =>
      acquireLock(cluster, {
        service: 'catalog',
        namespace: 'shop',
        holder: { repository: 'acme/shop', runId, attempt: 1 },
        waitMs: 60_000,
        clock,
        logger,
        signal: new AbortController().signal,
        ...asking,
      }),
    read: async () => {
      const found: KubernetesObject | undefined = await cluster.get(leaseOfCatalog);
      const spec = found?.['spec'];
      if (typeof spec !== 'object' || spec === null) throw new Error('there is no Lease');
      return { ...spec, annotations: found?.metadata.annotations };
    },
  };
}

/** The SlipwayError that some work ends with. */
export async function lockFailureOf(work: Promise<unknown> | (() => void)): Promise<SlipwayError> {
  const thrown: unknown = await (
    typeof work === 'function' ? Promise.resolve().then(work) : work
  ).catch((error: unknown) => error);
  if (!(thrown instanceof SlipwayError)) throw new Error(`no SlipwayError: ${String(thrown)}`);
  return thrown;
}

/** The next request of a kind arrives, and its answer does not. */
export function loseAnswerOnce(cluster: ClusterInMemory, verb: 'create' | 'replace'): void {
  const kept = { ...cluster };
  cluster[verb] = async (object) => {
    cluster[verb] = (next) => kept[verb](next);
    await kept[verb](object);
    throw awayError;
  };
}
