import { isSameJson } from '../canonical-json/index.js';
import type { Digest } from '../image-ref/index.js';
import { formatEventTag, isKnownEvent, type LedgerEvent } from './event.js';
import { isByStaleHolder } from './fencing.js';
import { foldEvent } from './fold.js';
import { emptyState, type LedgerState } from './state.js';

/** An event as it lies in the registry: the tag it was found under and the digest of its manifest. */
export interface ChainLink {
  readonly tag: string;
  readonly digest: Digest;
  readonly event: LedgerEvent;
}

/**
 * What is wrong with a ledger. `tampered`: an event was changed after it was written. `re-ordered`: events stand
 * in each other's place. `forked`: two writers wrote in one place. `truncated`: events are missing, in the middle
 * or at an end. `foreign`: something stands there that is no event of this ledger.
 */
export type BreakKind = 'tampered' | 're-ordered' | 'forked' | 'truncated' | 'foreign';

/** The first link of a chain that does not hold. */
export interface ChainBreak {
  readonly kind: BreakKind;
  readonly tag: string;
  readonly sentence: string;
}

/** `length`: how many events there are; in a chain that is not whole, how many come before the break. */
export type ChainVerdict =
  { readonly isWhole: true; readonly length: number; readonly state: LedgerState } | BrokenChain;

export interface BrokenChain extends ChainBreak {
  readonly isWhole: false;
  readonly length: number;
}

/** What was found under the tag of an event. */
export type ChainEntry =
  | { readonly state: 'event'; readonly link: ChainLink }
  | { readonly state: 'broken'; readonly reason: ChainBreak }
  /** Nothing, though something stands after it. */
  | { readonly state: 'missing'; readonly tag: string };

/** What somebody outside of the chain knows of it. */
export interface KnownPosition {
  readonly sequence: number;
  readonly digest: Digest;
  /** Who says so, in a sentence: `the Lease acknowledged`. */
  readonly witness: string;
  /** The event of that digest, where it is to be had. */
  readonly event?: LedgerEvent;
}

/**
 * Proves a ledger: every event stands where it says, names the one before it, was legal, and its state is
 * what the events up to it come to.
 *
 * @param links the events from the first on, in the order of their tags
 * @example checkChain('test', [{ tag: 'test.00000001', digest, event }]) // { isWhole: true, length: 1, state }
 */
export function checkChain(
  environment: string,
  links: readonly ChainLink[],
  known: readonly KnownPosition[] = [],
): ChainVerdict {
  const check = new ChainCheck(environment, known);
  for (const link of links) {
    const broken = check.add({ state: 'event', link });
    if (broken !== undefined) return broken;
  }
  return check.end();
}

/** The same for a chain that is not in memory at once: entries are added one after the other, from the first on. */
export class ChainCheck {
  readonly #environment: string;
  readonly #known: readonly KnownPosition[];
  #last: ChainLink | undefined;
  #length = 0;
  #state: LedgerState = emptyState;

  constructor(environment: string, known: readonly KnownPosition[] = []) {
    this.#environment = environment;
    this.#known = known;
  }

  /** @returns the verdict when it does not hold; nothing is added after that */
  add(entry: ChainEntry): BrokenChain | undefined {
    const broken = this.#judge(entry);
    return broken === undefined ? undefined : { isWhole: false, length: this.#length, ...broken };
  }

  #judge(entry: ChainEntry): ChainBreak | undefined {
    const sequence = this.#length + 1;
    const tag = formatEventTag(this.#environment, sequence);
    if (entry.state === 'broken') return entry.reason;
    if (entry.state === 'missing' || entry.link.tag > tag) {
      const sentence = `event ${sequence} is missing, but events after it are there`;
      return { kind: 'truncated', tag, sentence };
    }
    const { link } = entry;
    const broken = checkPlace(sequence, link) ?? this.#checkKnown(link) ?? this.#checkLink(link);
    return broken ?? this.#takeOn(link);
  }

  #takeOn(link: ChainLink): ChainBreak | undefined {
    const { tag, event } = link;
    const next = isKnownEvent(event) ? foldEvent(this.#state, event) : event.state;
    if (typeof next === 'string') return tampered(tag, `it is not legal here: ${next}`);
    if (!isSameJson(next, event.state)) {
      return tampered(tag, 'its state is not what the events up to it come to');
    }
    this.#state = next;
    this.#last = link;
    this.#length = event.sequence;
    return undefined;
  }

  /** The verdict when no entry is left. */
  end(): ChainVerdict {
    const length = this.#length;
    const missed = this.#known.find(({ sequence }) => sequence > length);
    if (missed === undefined) return { isWhole: true, length, state: this.#state };
    return {
      isWhole: false,
      length,
      kind: 'truncated',
      tag: formatEventTag(this.#environment, length + 1),
      sentence: `the ledger ends at event ${length}, but ${missed.witness} event ${missed.sequence}`,
    };
  }

  /** Two events for one place: by one writer, then one was changed; by two, then both wrote. */
  #checkKnown({ tag, digest, event }: ChainLink): ChainBreak | undefined {
    const other = this.#known.find(
      (known) => known.sequence === event.sequence && known.digest !== digest,
    );
    if (other === undefined) return undefined;
    const isOneWriter = other.event !== undefined && isSameWriter(other.event, event);
    const sentence = `it is ${digest}, but ${other.witness} ${other.digest} in its place`;
    return { kind: isOneWriter ? 'tampered' : 'forked', tag, sentence };
  }

  #checkLink({ tag, event }: ChainLink): ChainBreak | undefined {
    const before = this.#last;
    if (event.previous !== before?.digest) return this.#explainLink(tag, event);
    if (isByStaleHolder(before?.event, event)) {
      const sentence = 'it was written by a holder of the Lease who had already lost it';
      return { kind: 'forked', tag, sentence };
    }
    return undefined;
  }

  /** An event that goes on from the state before it was written over that event as it was before a change. */
  #explainLink(tag: string, event: LedgerEvent): ChainBreak {
    const before = this.#last;
    const names = event.previous ?? 'nothing';
    const next = isKnownEvent(event) ? foldEvent(this.#state, event) : undefined;
    const goesOn = isSameJson(next, event.state);
    if (before === undefined || event.previous === undefined) {
      return tampered(
        tag,
        `it follows ${names}, but before it stands ${before?.digest ?? 'nothing'}`,
      );
    }
    if (goesOn) {
      const sentence = `it is ${before.digest}, but the event after it follows ${names}: it was changed since`;
      return tampered(before.tag, sentence);
    }
    const sentence = `it follows ${names}, but before it stands ${before.digest}, by another writer`;
    return { kind: 'forked', tag, sentence };
  }
}

function checkPlace(sequence: number, { tag, event }: ChainLink): ChainBreak | undefined {
  if (event.sequence === sequence) return undefined;
  const sentence = `event ${event.sequence} stands in the place of event ${sequence}`;
  return { kind: 're-ordered', tag, sentence };
}

function isSameWriter(one: LedgerEvent, other: LedgerEvent): boolean {
  return isSameJson([one.run, one.lease], [other.run, other.lease]);
}

function tampered(tag: string, sentence: string): ChainBreak {
  return { kind: 'tampered', tag, sentence };
}
