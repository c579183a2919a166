import type { Digest } from '../image-ref/index.js';
import type { LeaseIdentity, LedgerEvent } from './event.js';

/** The newest event that is certain: what the Lease acknowledged, or an event that was believed after it. */
export interface CertainEvent {
  readonly digest: Digest;
  readonly event: Pick<LedgerEvent, 'lease'>;
}

/** `late`: by somebody who had lost the Lease; nothing was built on it, and the next event takes its place. */
export type Belief = 'believed' | 'late' | { readonly conflict: string };

/**
 * Whether to believe an event that stands after the last one that the Lease acknowledged. Its writer may have
 * died between writing and acknowledging: then what it tells has happened. Or he was paused, lost the Lease, and
 * wrote when somebody else had it.
 *
 * An event is believed when it names the certain one as the one before it, and no earlier holder than that one's
 * wrote it. Its writer then held the Lease when the certain event was the newest, and nobody acknowledged another
 * in its place: there is no other history that it could contradict. A late writer does not get so far once
 * somebody has written after him, because that has another digest than the one he follows.
 *
 * An event that does not follow is `late` when an earlier holder of the same Lease wrote it. Anything else is a
 * conflict: a later holder writes while we think that the Lease is ours, or two Leases are in use for one
 * ledger. Counts of different Leases are never compared.
 *
 * @param ours the Lease of who asks, and the count under which he holds it
 * @example judgeUnacknowledged(acknowledged, event, lock.lease) // 'believed'
 */
export function judgeUnacknowledged(
  certain: CertainEvent,
  event: Pick<LedgerEvent, 'previous' | 'lease'>,
  ours: LeaseIdentity,
): Belief {
  const isOurLease = event.lease.leaseUid === ours.leaseUid;
  if (isOurLease && event.lease.transitions > ours.transitions) {
    return { conflict: 'a later holder of the Lease wrote it' };
  }
  const follows = event.previous === certain.digest && !isByStaleHolder(certain.event, event);
  if (follows) return 'believed';
  if (isOurLease && event.lease.transitions < ours.transitions) return 'late';
  return { conflict: 'it does not follow the last event that the Lease acknowledged' };
}

/** Whether an earlier holder of the same Lease wrote an event than the one before it. */
export function isByStaleHolder(
  before: Pick<LedgerEvent, 'lease'> | undefined,
  { lease }: Pick<LedgerEvent, 'lease'>,
): boolean {
  return before?.lease.leaseUid === lease.leaseUid && lease.transitions < before.lease.transitions;
}
