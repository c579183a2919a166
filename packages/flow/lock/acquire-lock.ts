import { SlipwayError } from '@slipway/core/errors';
import { formatDuration } from '@slipway/core/duration';
import { formatIdentity, type KubernetesObject, type ObjectIdentity } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import { randomBytes } from 'node:crypto';
import { ensureNamespace } from './ensure-namespace.js';
import { HeldLock, type Lock } from './held-lock.js';
import { readMoment } from './moment.js';
import {
  describeHolder,
  describeSince,
  formatHolder,
  leaseIdentity,
  newLease,
  readLease,
  withHolder,
  type Holder,
  type LeaseRecord,
} from './lease.js';

export interface LockOptions {
  readonly service: string;
  readonly namespace: string;
  readonly holder: Holder;
  /** How long the holder may be silent before another one may take over; 15 s unless told. */
  readonly durationMs?: number;
  /** How long to wait for another holder. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the waiting; a lock that is held stays held until it is released. */
  readonly signal: AbortSignal;
}

const defaultDurationMs = 15_000;
const lookEveryMs = 1000;
const tellEveryMs = 15_000;

/**
 * Takes the Lease `slipway-<service>`, and makes its namespace before if it is not there. A holder that died is
 * replaced once its record did not change for its lease duration on our own monotonic clock: the clocks of
 * different machines are never compared.
 *
 * @example
 * const lock = await acquireLock(cluster, { service: 'catalog', namespace: 'shop', holder: run, waitMs: 600_000, … });
 * try { lock.assertHeld(); } finally { await lock.release(); }
 * @throws SlipwayError `lock-held` when the wait is over; ClusterError
 */
export async function acquireLock(cluster: Cluster, options: LockOptions): Promise<Lock> {
  const { service, namespace, clock, logger, signal } = options;
  const durationMs = options.durationMs ?? defaultDurationMs;
  const holder = formatHolder(options.holder, randomBytes(8).toString('hex'));
  await ensureNamespace(cluster, namespace, logger);
  const clusterUid = await fetchClusterUid(cluster);
  const identity = leaseIdentity(service, namespace);
  const wait = new Wait(options, formatIdentity(identity), durationMs);
  for (;;) {
    signal.throwIfAborted();
    const askedMs = clock.monotonicMs();
    const found = await wait.look(() => cluster.get(identity));
    if (found === 'away') continue;
    const record = found === undefined ? undefined : readLease(found);
    if (record?.holder !== undefined && !wait.isAbandoned(record, askedMs)) {
      await wait.further(record, record.holder);
      continue;
    }
    const renewed = readMoment(clock);
    const lease = await tryTake(cluster, identity, holder, () =>
      found === undefined
        ? cluster.create(newLease(identity, holder, durationMs, clock.now()))
        : cluster.replace(withHolder(found, holder, durationMs, clock.now())),
    );
    if (lease === undefined) continue;
    if (record?.holder !== undefined) wait.tellTakeover(record, record.holder);
    const held = { cluster, clock, logger, holder, durationMs, clusterUid, lease, renewed };
    return new HeldLock(held);
  }
}

/**
 * Writes ourselves into the Lease. Where no answer came it may be written all the same: then we hold it.
 *
 * @returns undefined when somebody else wrote first: look again
 */
async function tryTake(
  cluster: Cluster,
  identity: ObjectIdentity,
  holder: string,
  write: () => Promise<KubernetesObject>,
): Promise<KubernetesObject | undefined> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.status === 409) return undefined;
    if (error.code !== 'cluster-unreachable') throw error;
    const current = await cluster.get(identity);
    if (current !== undefined && readLease(current).holder === holder) return current;
    throw error;
  }
}

/** The uid of the namespace that every cluster has and keeps: it tells clusters apart. */
async function fetchClusterUid(cluster: Cluster): Promise<string> {
  const namespace = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
  const uid = namespace?.metadata.uid;
  if (uid !== undefined) return uid;
  throw new SlipwayError(
    'cluster-refused',
    `the cluster ${cluster.context} has no namespace kube-system, so it cannot be told from others`,
  );
}

/** What is remembered of the holder that is waited for. */
class Wait {
  readonly #options: LockOptions;
  readonly #subject: string;
  /** For a record that does not say how long its holder may be silent. */
  readonly #durationMs: number;
  readonly #startMs: number;
  #seen: { readonly resourceVersion: string; readonly sinceMs: number } | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(options: LockOptions, subject: string, durationMs: number) {
    this.#options = options;
    this.#subject = subject;
    this.#durationMs = durationMs;
    this.#startMs = options.clock.monotonicMs();
  }

  /** An API server that is away while another one holds the Lease is waited for like that one. */
  async look(
    ask: () => Promise<KubernetesObject | undefined>,
  ): Promise<KubernetesObject | undefined | 'away'> {
    try {
      return await ask();
    } catch (error) {
      const isAway = error instanceof ClusterError && error.code === 'cluster-unreachable';
      const { clock, logger, signal, waitMs } = this.#options;
      const leftMs = this.#startMs + waitMs - clock.monotonicMs();
      if (!isAway || this.#seen === undefined || leftMs <= 0) throw error;
      logger.info(`waiting for ${this.#subject}: ${error.message}`);
      await clock.sleep(Math.min(lookEveryMs, leftMs), signal);
      return 'away';
    }
  }

  /** `askedMs` is before the answer came: a silence is never taken for longer than it was. */
  isAbandoned(record: LeaseRecord, askedMs: number): boolean {
    if (this.#seen?.resourceVersion !== record.resourceVersion) {
      const sinceMs = this.#options.clock.monotonicMs();
      this.#seen = { resourceVersion: record.resourceVersion, sinceMs };
      return false;
    }
    return askedMs - this.#seen.sinceMs >= (record.durationMs ?? this.#durationMs);
  }

  tellTakeover({ durationMs = this.#durationMs }: LeaseRecord, holder: string): void {
    this.#options.logger.warning(
      `${describeHolder(holder)} gave no sign of life for ${formatDuration(durationMs)}: its lock is taken over`,
    );
  }

  async further({ heldSince }: LeaseRecord, holder: string): Promise<void> {
    const { clock, logger, signal, waitMs } = this.#options;
    const waitedMs = clock.monotonicMs() - this.#startMs;
    const who = `${describeHolder(holder)} since ${describeSince(heldSince)}`;
    if (waitedMs >= waitMs) {
      throw new SlipwayError(
        'lock-held',
        `${this.#subject} is held by ${who}; waited ${formatDuration(waitedMs)}`,
        { fix: 'Wait for that run, or cancel it: its lock is free some seconds later.' },
      );
    }
    if (clock.monotonicMs() - this.#toldMs >= tellEveryMs) {
      this.#toldMs = clock.monotonicMs();
      logger.info(
        `waiting for ${this.#subject}, held by ${who}: ${formatDuration(waitedMs)} of ${formatDuration(waitMs)}`,
      );
    }
    await clock.sleep(Math.min(lookEveryMs, waitMs - waitedMs), signal);
  }
}
