import { canonicalJson } from '../canonical-json/index.js';
import type { Digest } from '../image-ref/index.js';
import { formatEventTag, isKnownEvent, type LedgerEvent } from './event.js';
import { foldEvent } from './fold.js';
import { emptyState, type LedgerState } from './state.js';

/** An event as it lies in the registry: the tag it was found under and the digest of its manifest. */
export interface ChainLink {
  readonly tag: string;
  readonly digest: Digest;
  readonly event: LedgerEvent;
}

export type ChainVerdict =
  | { readonly isWhole: true; readonly length: number; readonly state: LedgerState }
  | { readonly isWhole: false; readonly tag: string; readonly sentence: string };

/**
 * Proves a ledger: every event stands where it says, names the one before it, was legal, and its state is
 * what the events up to it come to.
 *
 * @param links the events from the first on, in the order of their tags
 */
export function checkChain(environment: string, links: readonly ChainLink[]): ChainVerdict {
  let state = emptyState;
  let previous: ChainLink | undefined;
  for (const [index, link] of links.entries()) {
    const broken = (sentence: string): ChainVerdict => ({
      isWhole: false,
      tag: link.tag,
      sentence,
    });
    const { event } = link;
    const sequence = index + 1;
    if (link.tag !== formatEventTag(environment, sequence) || event.sequence !== sequence) {
      return broken(`event ${event.sequence} stands in the place of event ${sequence}`);
    }
    if (event.previous !== previous?.digest) {
      return broken(
        `it follows ${event.previous ?? 'nothing'}, but before it stands ${previous?.digest ?? 'nothing'}`,
      );
    }
    if (isStale(previous?.event, event)) {
      return broken('it was written by a holder of the Lease who had already lost it');
    }
    const next = isKnownEvent(event) ? foldEvent(state, event) : event.state;
    if (typeof next === 'string') return broken(`it is not legal here: ${next}`);
    if (canonicalJson(next) !== canonicalJson(event.state)) {
      return broken('its state is not what the events up to it come to');
    }
    state = next;
    previous = link;
  }
  return { isWhole: true, length: links.length, state };
}

function isStale(before: LedgerEvent | undefined, event: LedgerEvent): boolean {
  const isSameLease = before?.lease.leaseUid === event.lease.leaseUid;
  return isSameLease && event.lease.transitions < before.lease.transitions;
}
