import { Readable } from 'node:stream';
import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatRepository, parseTag, type Digest, type Repository } from '@slipway/core/image-ref';
import {
  emptyState,
  foldEvent,
  formatEventTag,
  type EventContent,
  type LeaseIdentity,
  type LedgerEvent,
  type LedgerState,
} from '@slipway/core/release';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { ManifestContent, RegistryClient } from '@slipway/io/registry';
import { buildEventArtifact, readEventArtifact } from './event-artifact.js';

/** The end of the chain: what all events so far come to. Sequence 0 is a ledger without events. */
export interface LedgerHead {
  readonly sequence: number;
  readonly digest?: Digest;
  readonly state: LedgerState;
  /** Of the newest event: which cluster it was written for. */
  readonly lease?: LeaseIdentity;
}

/** Who writes: the holder of the service's Lease. */
export interface LedgerWriter {
  readonly actor: string;
  readonly run: LedgerEvent['run'];
  readonly lease: LeaseIdentity;
  /** The last position, `repository:environment.sequence@digest`, that a holder saw in the registry. */
  readonly acknowledged: string | undefined;
  /** @throws SlipwayError `lock-lost` */
  assertHeld(): void;
  /** Keeps a position in the Lease. */
  acknowledge(position: string): Promise<void>;
}

/** The record of one service in one environment: append-only, read by tag, proven by digest. */
export interface Ledger {
  readonly repository: Repository;
  readonly environment: string;
  /**
   * The newest event: the head tag is a hint, the events after it are probed. With `acknowledged` it waits
   * until the registry shows at least that position: a registry may answer with what was true seconds ago.
   *
   * @throws SlipwayError `ledger-broken`, or what the registry client throws: never an empty ledger in doubt
   */
  read(acknowledged?: string): Promise<LedgerHead>;
  /**
   * Writes one event after the head, reads it back, and acknowledges it in the Lease.
   *
   * @throws SlipwayError `ledger-conflict` when somebody else wrote there; `internal` when it is not legal
   */
  append(head: LedgerHead, content: EventContent, writer: LedgerWriter): Promise<LedgerHead>;
  /** The tag that the next event will have: what names a new deployment. */
  nextTag(head: LedgerHead): string;
}

export interface LedgerOptions {
  readonly client: RegistryClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly repository: Repository;
  readonly environment: string;
}

const staleReadLimitMs = 30_000;
const staleReadPauseMs = 500;

export function openLedger(options: LedgerOptions): Ledger {
  const { client, clock, logger, repository, environment } = options;
  const where = `${formatRepository(repository)}:${environment}`;
  const tagOf = (sequence: number): string => formatEventTag(environment, sequence);

  async function tryFetch(tag: string): Promise<(LedgerHead & { event: LedgerEvent }) | undefined> {
    const manifest = await client.fetchManifest(repository, parseTag(tag));
    if (manifest === undefined) return undefined;
    const event = readEventArtifact(manifest, tag);
    return {
      sequence: event.sequence,
      digest: manifest.descriptor.digest,
      state: event.state,
      lease: event.lease,
      event,
    };
  }

  /** The newest event after a known one: doubling steps forward, then halving the gap. */
  async function probe(from: LedgerHead): Promise<LedgerHead> {
    let best = from;
    let missing: number | undefined;
    for (let step = 1; missing === undefined || missing - best.sequence > 1;) {
      const next =
        missing === undefined ? best.sequence + step : Math.floor((best.sequence + missing) / 2);
      const found = await tryFetch(tagOf(next));
      if (found === undefined) missing = next;
      else best = found;
      step *= 2;
    }
    return best;
  }

  async function readOnce(): Promise<LedgerHead> {
    const hint = await tryFetch(environment);
    const found = await probe(hint ?? { sequence: 0, state: emptyState });
    const { sequence, digest, state, lease } = found;
    return {
      sequence,
      state,
      ...(digest === undefined ? {} : { digest }),
      ...(lease === undefined ? {} : { lease }),
    };
  }

  async function write(event: LedgerEvent): Promise<Digest> {
    const { blob, manifest, digest } = buildEventArtifact(event);
    const tag = parseTag(tagOf(event.sequence));
    await client.pushBlob(repository, {
      digest: blob.digest,
      size: blob.bytes.length,
      open: () => Readable.from([blob.bytes]),
    });
    const there = await client.resolve(repository, tag);
    if (there !== undefined && there.digest !== digest) throw conflict(event.sequence);
    await client.putManifest(repository, tag, manifest);
    const stored = await client.fetchManifest(repository, tag);
    if (stored?.descriptor.digest !== digest) throw conflict(event.sequence);
    await moveHead(manifest);
    return digest;
  }

  /** The event is written by now; a head that stays behind only costs the next reader some probes. */
  async function moveHead(manifest: ManifestContent): Promise<void> {
    try {
      await client.putManifest(repository, parseTag(environment), manifest);
    } catch (error) {
      logger.warning(`the head of the ledger could not be moved: ${describeError(error)}`);
    }
  }

  /** A position in another ledger, whose environment shares our namespace, says nothing about this one. */
  function parsePosition(text = ''): { readonly sequence: number; readonly digest?: string } {
    if (!text.startsWith(`${where}.`)) return { sequence: 0 };
    const [sequence, digest] = text.slice(where.length + 1).split('@');
    return { sequence: Number(sequence), ...(digest === undefined ? {} : { digest }) };
  }

  function conflict(sequence: number): SlipwayError {
    const event = `${formatRepository(repository)}:${tagOf(sequence)}`;
    return new SlipwayError('ledger-conflict', `somebody else wrote the event ${event}`, {
      fix: 'Run slipway verify; check that all deployments of this service use one cluster and one ledger.',
    });
  }

  return {
    repository,
    environment,
    nextTag: (head) => tagOf(head.sequence + 1),
    read: async (acknowledged) => {
      const { sequence, digest } = parsePosition(acknowledged);
      const deadline = clock.monotonicMs() + staleReadLimitMs;
      for (;;) {
        const head = await readOnce();
        if (head.sequence === sequence && digest !== undefined && head.digest !== digest) {
          throw conflict(head.sequence);
        }
        if (head.sequence >= sequence) return head;
        if (clock.monotonicMs() > deadline) {
          throw new SlipwayError(
            'ledger-broken',
            `the ledger ends at event ${head.sequence}, but event ${sequence} was seen before`,
            {
              fix: 'Events were deleted, or the registry lost them: restore them before deploying.',
            },
          );
        }
        await clock.sleep(staleReadPauseMs);
      }
    },
    append: async (head, content, writer) => {
      const draft = { ...content, at: clock.now().toISOString(), actor: writer.actor };
      const state = foldEvent(head.state, draft);
      if (typeof state === 'string') {
        throw new SlipwayError('internal', `the ledger refuses an event: ${state}`);
      }
      const sequence = head.sequence + 1;
      writer.assertHeld();
      const digest = await write({
        ...draft,
        sequence,
        ...(head.digest === undefined ? {} : { previous: head.digest }),
        run: writer.run,
        lease: writer.lease,
        state,
      });
      await writer.acknowledge(`${where}.${sequence}@${digest}`);
      return { sequence, digest, state, lease: writer.lease };
    },
  };
}
