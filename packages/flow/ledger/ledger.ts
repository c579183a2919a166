import { SlipwayError, describeError } from '@slipway/core/errors';
import { parseTag, type Digest, type Repository } from '@slipway/core/image-ref';
import {
  emptyState,
  foldEvent,
  formatEventTag,
  type ChainLink,
  type EventContent,
  type LeaseIdentity,
  type LedgerEvent,
  type LedgerState,
} from '@slipway/core/release';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import { RegistryError, type ManifestContent, type RegistryClient } from '@slipway/io/registry';
import { findNewest } from './find-newest.js';
import { formatPosition, parsePosition } from './position.js';
import { readHeld, type LeaseHolder } from './read-held.js';
import { refuseConflict } from './refusals.js';
import { writeEvent } from './write-event.js';

/** The end of the chain: what all events so far come to. Sequence 0 is a ledger without events. */
export interface LedgerHead {
  readonly sequence: number;
  readonly digest?: Digest;
  readonly state: LedgerState;
  /** Of the newest event: which cluster it was written for. */
  readonly lease?: LeaseIdentity;
}

/** Who writes: the holder of the service's Lease. */
export interface LedgerWriter extends LeaseHolder {
  readonly actor: string;
  readonly run: LedgerEvent['run'];
  /** Keeps a position in the Lease. */
  acknowledge(position: string): Promise<void>;
}

/** The record of one service in one environment: append-only, read by tag, proven by digest. */
export interface Ledger {
  readonly repository: Repository;
  readonly environment: string;
  /**
   * The newest event. For who holds the Lease what it acknowledged is certain, and what stands after it is judged;
   * others follow the head tag, and look whether another event comes after it. Two requests for both, where the
   * head can move; see `findNewest` for where it cannot.
   *
   * @throws SlipwayError `ledger-broken`, `ledger-conflict`, or what the registry client throws: never an empty
   * ledger in doubt
   */
  read(holder?: LeaseHolder): Promise<LedgerHead>;
  /**
   * Writes one event after the head, reads it back, and acknowledges it in the Lease while the head tag moves.
   *
   * @param head what `read` or `append` gave the same holder
   * @throws SlipwayError `ledger-conflict` when somebody else wrote there; `lock-lost`; `internal` when it is
   * not legal
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

/** @example const ledger = openLedger({ client, clock, logger, repository, environment: 'production' }) */
export function openLedger(options: LedgerOptions): Ledger {
  const { repository, environment } = options;
  const moveHead = createHeadMover(options);
  return {
    repository,
    environment,
    nextTag: ({ sequence }) => formatEventTag(environment, sequence + 1),
    read: async (holder) => {
      const newest = await (holder === undefined
        ? findNewest(options)
        : readHeld({ ...options, holder }));
      return newest === undefined ? { sequence: 0, state: emptyState } : headOf(newest);
    },
    append: async (head, content, writer) => {
      const event = composeEvent(options, head, content, writer);
      const { sequence, state, lease } = event;
      const assertHeld = (): void => writer.assertHeld();
      const { digest, manifest } = await writeEvent({ ...options, assertHeld }, event);
      const position = formatPosition(options, { sequence, digest });
      await Promise.all([writer.acknowledge(position), moveHead(manifest, assertHeld)]);
      return { sequence, digest, state, lease };
    },
  };
}

function headOf({ digest, event }: ChainLink): LedgerHead {
  return { sequence: event.sequence, digest, state: event.state, lease: event.lease };
}

/** @throws SlipwayError `internal` when it is not legal; `ledger-conflict` when the Lease knows a newer one */
function composeEvent(
  options: LedgerOptions,
  head: LedgerHead,
  content: EventContent,
  { actor, run, lease, acknowledged }: LedgerWriter,
): LedgerEvent {
  const sequence = head.sequence + 1;
  const newest = parsePosition(options, acknowledged)?.sequence ?? 0;
  if (newest >= sequence) {
    const tag = formatEventTag(options.environment, sequence);
    throw refuseConflict(options, tag, `the Lease acknowledged event ${newest}`);
  }
  const draft = { ...content, at: options.clock.now().toISOString(), actor };
  const state = foldEvent(head.state, draft);
  if (typeof state === 'string') {
    throw new SlipwayError('internal', `the ledger refuses an event: ${state}`);
  }
  const previous = head.digest === undefined ? {} : { previous: head.digest };
  return { ...draft, sequence, ...previous, run, lease, state };
}

/**
 * Moves the head of an environment to an event that is written by now: a head that stays behind only costs the
 * next reader some requests. Where tags cannot move one refusal is enough to know it.
 */
function createHeadMover({
  client,
  logger,
  repository,
  environment,
}: LedgerOptions): (event: ManifestContent, assertHeld: () => void) => Promise<void> {
  let canMove = true;
  return async (event, assertHeld) => {
    if (!canMove) return;
    try {
      await client.guardedBy(assertHeld).putManifest(repository, parseTag(environment), event);
    } catch (error) {
      const told = `the head of the ledger could not be moved: ${describeError(error)}`;
      canMove = !(error instanceof RegistryError && error.code === 'registry-refused');
      if (canMove) logger.warning(told);
      else logger.debug(told);
    }
  };
}
