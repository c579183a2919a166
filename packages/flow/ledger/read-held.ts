import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatRepository, parseTag } from '@slipway/core/image-ref';
import {
  formatEventTag,
  judgeUnacknowledged,
  type ChainEntry,
  type ChainLink,
  type LeaseIdentity,
} from '@slipway/core/release';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import { readEventArtifact } from './event-artifact.js';
import { fetchEntry, requireEvent, tryFetchLink, type EventPlace } from './event-place.js';
import { findNewest } from './find-newest.js';
import { isStillStale, startPatience } from './patience.js';
import { parsePosition, type LedgerPosition } from './position.js';
import { refuseConflict } from './refusals.js';

/** Who holds the service's Lease. */
export interface LeaseHolder {
  readonly lease: LeaseIdentity;
  /** The last position, `repository:environment.sequence@digest`, that a holder saw in the registry. */
  readonly acknowledged: string | undefined;
  /** @throws SlipwayError `lock-lost` */
  assertHeld(): void;
}

export interface HeldReading extends EventPlace {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly holder: LeaseHolder;
}

/**
 * The newest event, for who will write the next one. What the Lease acknowledged is certain: it and the event
 * after it are asked for at once, and the head not at all. A registry may answer with what was true seconds ago,
 * so it is waited for until it shows what was acknowledged; when another event stands there, or none, the
 * acknowledged one is put back under its tag.
 *
 * @throws SlipwayError `ledger-broken` when what was acknowledged is not there any more, `ledger-conflict` when
 * somebody else writes; see `judgeUnacknowledged` for what may stand after it
 */
export async function readHeld(reading: HeldReading): Promise<ChainLink | undefined> {
  const { holder } = reading;
  const acknowledged = parsePosition(reading, holder.acknowledged);
  if (acknowledged === undefined) return readUnacknowledged(reading);
  const { link, next } = await awaitAcknowledged(reading, acknowledged);
  return believe(reading, link, next);
}

/** A Lease that knows nothing of this ledger: it is new, or another environment uses it, too. */
async function readUnacknowledged(reading: HeldReading): Promise<ChainLink | undefined> {
  const newest = await findNewest(reading, { isCertain: true });
  const { lease } = reading.holder;
  const isLater =
    newest?.event.lease.leaseUid === lease.leaseUid &&
    newest.event.lease.transitions > lease.transitions;
  if (newest === undefined || !isLater) return newest;
  reading.holder.assertHeld(); // who was paused has lost the Lease, and there is no conflict
  throw refuseConflict(reading, newest.tag, 'a later holder of the Lease wrote it');
}

interface Acknowledged {
  readonly link: ChainLink;
  /** What stands after it. */
  readonly next: ChainEntry;
}

async function awaitAcknowledged(
  reading: HeldReading,
  position: LedgerPosition,
): Promise<Acknowledged> {
  const { sequence, digest } = position;
  const patience = startPatience(reading.clock);
  for (;;) {
    const [own, next] = await Promise.all([
      fetchEntry(reading, sequence),
      fetchEntry(reading, sequence + 1),
    ]);
    if (own.state === 'event' && own.link.digest === digest) return { link: own.link, next };
    if (!(await isStillStale(reading.clock, patience))) {
      return { link: await putBack(reading, position, own), next };
    }
  }
}

/** The acknowledged event has lost its tag: somebody who was paused woke up and wrote over it, or it was deleted. */
async function putBack(
  reading: HeldReading,
  position: LedgerPosition,
  found: ChainEntry,
): Promise<ChainLink> {
  const { client, repository, environment, holder, logger } = reading;
  const { sequence, digest } = position;
  const tag = formatEventTag(environment, sequence);
  const name = `${formatRepository(repository)}:${tag}`;
  const manifest = await client.fetchManifest(repository, digest);
  const link = manifest && requireEvent(reading, readEventArtifact(manifest, tag, environment));
  if (manifest === undefined || link === undefined) {
    if (found.state === 'missing') throw await refuseLoss(reading, position);
    throw refuseConflict(reading, tag, `the Lease acknowledged ${digest}, which is gone`);
  }
  const what = found.state === 'missing' ? 'is gone' : 'names something else';
  logger.warning(`${name} ${what}: ${digest}, which the Lease acknowledged, gets its tag back`);
  try {
    const guarded = client.guardedBy(() => holder.assertHeld());
    await guarded.putManifest(repository, parseTag(tag), manifest);
  } catch (error) {
    holder.assertHeld();
    logger.warning(`${name} could not be put back: ${describeError(error)}`);
  }
  return link;
}

async function refuseLoss(
  reading: HeldReading,
  { sequence }: LedgerPosition,
): Promise<SlipwayError> {
  const end = (await findNewest(reading))?.event.sequence ?? 0;
  const sentence =
    end < sequence
      ? `the ledger ends at event ${end}, but event ${sequence} was seen before`
      : `the ledger has lost the event ${sequence}, which was seen before`;
  return new SlipwayError('ledger-broken', sentence, {
    fix: 'Events were deleted, or the registry lost them: restore them before deploying.',
  });
}

/** Goes on from the acknowledged event to the newest one that may be believed; there is rarely any. */
async function believe(
  reading: HeldReading,
  acknowledged: ChainLink,
  after: ChainEntry,
): Promise<ChainLink> {
  let newest = acknowledged;
  let next = requireEvent(reading, after);
  while (next !== undefined) {
    const belief = judgeUnacknowledged(newest, next.event, reading.holder.lease);
    if (belief === 'late') {
      reading.logger.warning(
        `${next.tag} was written by a run that had lost the Lease; it counts for nothing, and the next event takes its place`,
      );
      return newest;
    }
    if (belief !== 'believed') {
      reading.holder.assertHeld();
      throw refuseConflict(reading, next.tag, belief.conflict);
    }
    newest = next;
    next = await tryFetchLink(reading, newest.event.sequence + 1);
  }
  return newest;
}
