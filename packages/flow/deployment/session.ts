import { formatDuration } from '@slipway/core/duration';
import { SlipwayError, invalidInput } from '@slipway/core/errors';
import {
  findApplied,
  findAttempt,
  liveAttempt,
  type Attempt,
  type AttemptEventContent,
  type EventContent,
  type LedgerState,
} from '@slipway/core/release';
import type { LedgerHead } from '../ledger/index.js';
import { acquireLock, type Lock } from '../lock/index.js';
import type { DeploymentContext } from './context.js';
import { describeLeftOpen } from './left-open.js';
import { assertOwnLedger } from './own-bundle.js';
import { redact } from './redact.js';

/** The service's Lease, held, and the end of its ledger: the only way to write an event. */
export interface Session {
  /** The run's own context, but what it writes to cluster and registry asks before whether the Lease is still ours. */
  readonly context: DeploymentContext;
  readonly state: LedgerState;
  /** Aborted when the run is cancelled or the Lease is lost. */
  readonly signal: AbortSignal;
  /** The tag of the event that comes next: the name of a deployment that starts now. */
  nextDeployment(): string;
  record(content: EventContent): Promise<void>;
  /** An event about an attempt that the ledger knows. */
  recordAbout(
    attempt: Attempt,
    kind: AttemptEventContent['kind'],
    more?: Pick<AttemptEventContent, 'reason' | 'cause'>,
  ): Promise<void>;
  /** A release that another took the place of before it was judged, also in a run that ended: `superseded`. */
  recordReplaced(): Promise<void>;
  /** What a rollback left that was done when its run ended: `rolled-back`. A rollback that comes next does it anew. */
  recordReturned(): Promise<void>;
  close(): Promise<void>;
}

const mirrorPatienceMs = 10_000;
const waitForLockMs = 600_000;

/**
 * Takes the Lease, reads the ledger, and records what a dead run could not: a deployment that it left unfinished
 * is `abandoned`, a release that it replaced `superseded`. What it left in the cluster is told.
 *
 * @throws SlipwayError `lock-held` when somebody else is at it for ten minutes; `invalid-input` when the record is
 * that of another cluster, namespace or service; what reading the ledger throws
 */
export async function openSession(context: DeploymentContext): Promise<Session> {
  const { cluster, clock, logger, signal, service, namespace, run, ledger } = context;
  const lock = await acquireLock(cluster, {
    service,
    namespace,
    holder: run,
    waitMs: waitForLockMs,
    clock,
    logger,
    signal,
  });
  try {
    const head = await ledger.read(lock);
    assertSameCluster(context, head, lock);
    await assertSameService(context, head, lock);
    const session = new OpenSession(context, lock, head);
    await session.abandonUnfinished();
    await session.recordReplaced();
    session.tellLeftOpen();
    return session;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * An environment is one cluster: a context that leads to another one would be written to behind the record's back.
 *
 * @throws SlipwayError `invalid-input`
 */
function assertSameCluster(
  { cluster, ledger }: DeploymentContext,
  { lease: recorded }: LedgerHead,
  { lease }: Lock,
): void {
  if (recorded === undefined || recorded.clusterUid === lease.clusterUid) return;
  throw invalidInput([
    {
      subject: 'context',
      given: cluster.context,
      expected: `the cluster that ${ledger.environment} has been so far; this is another one`,
      fix: 'Check kubeconfig and context. A new cluster is a new environment: give it a name of its own, like the old one.',
    },
  ]);
}

/**
 * Another Lease than that of the newest event was made anew, or is that of another service or namespace: then
 * the deployment that looks unfinished may be running, and its record is not ours to write.
 *
 * @throws SlipwayError `invalid-input`
 */
async function assertSameService(
  context: DeploymentContext,
  { lease: recorded, state }: LedgerHead,
  { lease }: Lock,
): Promise<void> {
  if (recorded === undefined || recorded.leaseUid === lease.leaseUid) return;
  try {
    await assertOwnLedger(context, state);
  } catch (error) {
    // a bundle that is gone tells nothing, and going back must not wait for it
    if (!(error instanceof SlipwayError) || error.code !== 'not-found') throw error;
  }
}

/** An event is for good: it keeps nothing of what a cluster quotes from manifests, or a person from a log. */
function redactTold(content: EventContent): EventContent {
  const { reason } = content;
  const redacted = reason === undefined ? content : { ...content, reason: redact(reason) };
  if (!('cause' in redacted)) return redacted;
  const { code, message } = redacted.cause;
  return { ...redacted, cause: { code, message: redact(message) } };
}

class OpenSession implements Session {
  readonly context: DeploymentContext;
  readonly signal: AbortSignal;
  readonly #lock: Lock;
  #head: LedgerHead;

  constructor(context: DeploymentContext, lock: Lock, head: LedgerHead) {
    const guard = (): void => lock.assertHeld();
    const [cluster, client] = [context.cluster.guardedBy(guard), context.client.guardedBy(guard)];
    this.context = { ...context, cluster, client };
    this.#lock = lock;
    this.#head = head;
    this.signal = AbortSignal.any([context.signal, lock.signal]);
  }

  get state(): LedgerState {
    return this.#head.state;
  }

  nextDeployment(): string {
    return this.context.ledger.nextTag(this.#head);
  }

  async record(told: EventContent): Promise<void> {
    const { run, ledger, logger, clock } = this.context;
    const content = redactTold(told);
    const started = clock.monotonicMs();
    const before = this.#head.state;
    this.#head = await ledger.append(this.#head, content, {
      actor: run.actor,
      run: { repository: run.repository, id: run.runId, attempt: run.attempt, url: run.url },
      lease: this.#lock.lease,
      acknowledged: this.#lock.acknowledged,
      assertHeld: () => this.#lock.assertHeld(),
      acknowledge: (position) => this.#lock.acknowledge(position),
    });
    this.context.mirror?.show(content, before);
    const took = formatDuration(clock.monotonicMs() - started);
    logger.debug(`ledger: ${this.#head.sequence} ${content.kind}, ${took}`);
  }

  async recordAbout(
    attempt: Attempt,
    kind: AttemptEventContent['kind'],
    more: Pick<AttemptEventContent, 'reason' | 'cause'> = {},
  ): Promise<void> {
    const { deployment, intent, bundle, image, version } = attempt;
    await this.record({ kind, deployment, intent, bundle, image, version, ...more });
  }

  /** Nobody else can be at it: we hold the Lease. */
  async abandonUnfinished(): Promise<void> {
    const unfinished = findAttempt(this.state, this.state.inProgress);
    if (unfinished === undefined) return;
    this.context.logger.warning(
      `the deployment ${unfinished.deployment} of ${unfinished.version} was left unfinished by a run that ended; it is recorded as abandoned`,
    );
    await this.recordAbout(unfinished, 'abandoned', {
      cause: { code: 'interrupted', message: 'its run ended without finishing it' },
    });
  }

  async recordReplaced(): Promise<void> {
    const { attempts, live } = this.state;
    for (const attempt of attempts) {
      const isUnjudged = attempt.outcome === 'adopted' || attempt.outcome === 'verified';
      if (isUnjudged && attempt.deployment !== live) await this.recordAbout(attempt, 'superseded');
    }
  }

  async recordReturned(): Promise<void> {
    const [live, left] = [liveAttempt(this.state), findApplied(this.state)];
    if (live?.outcome !== 'verified' || this.state.appliedSince.length > 0) return;
    if (left === undefined || left === live) return;
    const reason = `${live.version} took its place again; its run ended before it could say so`;
    this.context.logger.info(`${left.version} is recorded as rolled back: ${reason}`);
    await this.recordAbout(left, 'rolled-back', { reason });
  }

  /** Who looks only at what is live would not know of it. */
  tellLeftOpen(): void {
    const sentence = describeLeftOpen(this.state);
    if (sentence !== undefined) this.context.logger.warning(sentence);
  }

  async close(): Promise<void> {
    await this.#lock.release();
    await this.#showAll();
  }

  /** What GitHub is slow to take is not waited for. */
  async #showAll(): Promise<void> {
    const { mirror, clock } = this.context;
    const ended = new AbortController();
    await Promise.race([
      mirror?.close(),
      clock.sleep(mirrorPatienceMs, ended.signal).catch(() => undefined),
    ]);
    ended.abort();
  }
}
