import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatDuration } from '@slipway/core/duration';
import { formatIdentity, identify, type KubernetesObject } from '@slipway/core/manifest';
import type { Clock } from '@slipway/io/clock';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import {
  describeHolder,
  readLease,
  withAcknowledgement,
  withRenewal,
  withoutHolder,
} from './lease.js';
import { computeElapsed, readMoment, type Moment } from './moment.js';

/** The Lease, held: who writes to the ledger or the cluster asks `assertHeld` right before. */
export interface Lock {
  /** `<repository>/<run>/<attempt>/<token>` */
  readonly holder: string;
  /** What events carry, so that a writer that was replaced can be told. */
  readonly lease: {
    readonly clusterUid: string;
    readonly leaseUid: string;
    readonly transitions: number;
  };
  /** `<sequence>@<digest>` of the last event that a holder saw in the registry; absent before the first. */
  readonly acknowledged: string | undefined;
  /** Aborted, with a SlipwayError `lock-lost`, when it is no longer sure that we hold it. */
  readonly signal: AbortSignal;
  /** @throws SlipwayError `lock-lost` */
  assertHeld(): void;
  /** @throws SlipwayError `lock-lost` */
  acknowledge(position: string): Promise<void>;
  /** Gives it back; what goes wrong is a warning, and others then wait one lease duration. */
  release(): Promise<void>;
}

export interface HeldLockOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holder: string;
  readonly durationMs: number;
  readonly clusterUid: string;
  /** As it was written when it was taken. */
  readonly lease: KubernetesObject;
  /** When that request was sent. */
  readonly renewed: Moment;
}

type Change = (lease: KubernetesObject, now: Date) => KubernetesObject;

/**
 * Renewed every sixth of the duration, so that an API server may be away for a third of it; lost when that did
 * not succeed for half of it.
 */
export class HeldLock implements Lock {
  readonly holder: string;
  readonly lease: Lock['lease'];
  readonly #options: HeldLockOptions;
  readonly #subject: string;
  readonly #lost = new AbortController();
  readonly #released = new AbortController();
  readonly #background: Promise<unknown>;
  #record: KubernetesObject;
  #renewed: Moment;
  /** Writes wait for each other, so that they do not collide on the resource version. */
  #lastWrite: Promise<unknown> = Promise.resolve();
  #release: Promise<void> | undefined;
  /** It was released in a request whose answer did not arrive. */
  #isFree = false;

  constructor(options: HeldLockOptions) {
    const { holder, lease, clusterUid, renewed } = options;
    this.holder = holder;
    this.lease = {
      clusterUid,
      leaseUid: lease.metadata.uid ?? '',
      transitions: readLease(lease).transitions,
    };
    this.#options = options;
    this.#subject = formatIdentity(identify(lease));
    this.#record = lease;
    this.#renewed = renewed;
    this.#background = Promise.all([this.#renewInBackground(), this.#watchTheClock()]);
  }

  get acknowledged(): string | undefined {
    return readLease(this.#record).acknowledged;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  assertHeld(): void {
    const { ms, isByWallOnly } = computeElapsed(this.#options.clock, this.#renewed);
    if (ms >= this.#longestSilenceMs) {
      this.#lose(
        isByWallOnly
          ? `this machine stood still, or its clock was set, for ${formatDuration(ms)}`
          : `not renewed for ${formatDuration(this.#longestSilenceMs)}`,
      );
    }
    this.#lost.signal.throwIfAborted();
    if (this.#release !== undefined) throw lost(this.#subject, 'it was released');
  }

  async acknowledge(position: string): Promise<void> {
    await this.#persist((lease, now) => withRenewal(withAcknowledgement(lease, position), now));
  }

  release(): Promise<void> {
    this.#release ??= this.#giveBack();
    return this.#release;
  }

  get #longestSilenceMs(): number {
    return this.#options.durationMs / 2;
  }

  #msLeft(): number {
    return this.#longestSilenceMs - computeElapsed(this.#options.clock, this.#renewed).ms;
  }

  #lose(reason: string, cause?: unknown): void {
    if (!this.#lost.signal.aborted) this.#lost.abort(lost(this.#subject, reason, cause));
  }

  /** Ends, without error, when the lock is lost or released. */
  async #untilEnd(turn: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const end = AbortSignal.any([this.#lost.signal, this.#released.signal]);
    const isOver = (): boolean => end.aborted;
    while (!isOver()) {
      try {
        await turn(end);
      } catch (error) {
        if (!isOver()) this.#lose(describeError(error), error);
      }
    }
  }

  #renewInBackground(): Promise<void> {
    return this.#untilEnd(async (end) => {
      await this.#options.clock.sleep(this.#options.durationMs / 6, end);
      await this.#persist(withRenewal);
    });
  }

  /** A request may take longer than we may stay silent: the clock is watched beside it. */
  #watchTheClock(): Promise<void> {
    return this.#untilEnd(async (end) => {
      await this.#options.clock.sleep(Math.max(this.#msLeft(), 1), end);
      if (this.#msLeft() <= 0) this.assertHeld();
    });
  }

  /** Writes until it is written, or the lock lost. */
  #persist(change: Change): Promise<void> {
    const written = this.#lastWrite.then(async () => {
      for (;;) {
        this.assertHeld();
        if ((await this.#tryWrite(change)) === undefined) return;
      }
    });
    this.#lastWrite = written.catch(() => undefined);
    return written;
  }

  /** @returns why it was not written */
  async #tryWrite(change: Change): Promise<ClusterError | undefined> {
    const { cluster, clock, logger } = this.#options;
    const sent = readMoment(clock);
    try {
      this.#record = await cluster.replace(change(this.#record, clock.now()));
      this.#renewed = sent;
      return undefined;
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      logger.debug(`${this.#subject} could not be written: ${describeError(error)}`);
      if (error.status === 404) this.#lose('somebody deleted it', error);
      else if (error.status !== 409 || !(await this.#lookAgain())) await this.#pause();
      return error;
    }
  }

  #pause(): Promise<void> {
    return this.#options.clock.sleep(this.#options.durationMs / 30, this.#lost.signal);
  }

  /** Somebody wrote in between: it may have been ourselves, in a request whose answer did not arrive. */
  async #lookAgain(): Promise<boolean> {
    try {
      const current = await this.#options.cluster.get(identify(this.#record));
      const holder = current === undefined ? undefined : readLease(current).holder;
      if (current === undefined) this.#lose('somebody deleted it');
      else if (holder === undefined && this.#release !== undefined) this.#isFree = true;
      else if (holder !== this.holder)
        this.#lose(`${describeHolder(holder ?? 'nobody')} holds it now`);
      else this.#record = current;
      return true;
    } catch (error) {
      this.#options.logger.debug(`${this.#subject} could not be read: ${describeError(error)}`);
      return false;
    }
  }

  async #giveBack(): Promise<void> {
    const { logger, durationMs } = this.#options;
    this.#released.abort();
    const isLost = (): boolean => this.#lost.signal.aborted;
    // of a lock that is lost a request may hang: it would be waited for in vain
    if (!isLost()) await Promise.all([this.#lastWrite, this.#background]);
    let failure: unknown;
    try {
      while (!isLost() && !this.#isFree && this.#msLeft() > 0) {
        failure = await this.#tryWrite(withoutHolder);
        if (failure === undefined) return;
      }
    } catch (error) {
      failure = error;
    }
    if (this.#isFree) return;
    logger.warning(
      isLost() || failure === undefined
        ? `${this.#subject} was lost before it could be released`
        : `${this.#subject} could not be released; others wait ${formatDuration(durationMs)}: ${describeError(failure)}`,
    );
  }
}

function lost(subject: string, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError('lock-lost', `${subject} is no longer ours: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    fix: 'Nothing more was written. Run the step again: it starts from what the ledger says.',
  });
}
