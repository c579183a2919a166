import type { Repository } from '@slipway/core/image-ref';
import type { ChainEntry, ChainLink } from '@slipway/core/release';
import type { RegistryClient } from '@slipway/io/registry';
import { fetchEntry, requireEvent, type EventPlace } from './event-place.js';

/** Requests at once, and how many entries are in memory. */
const parallelReads = 12;

/**
 * Every event of a ledger from the first to the last.
 *
 * @throws SlipwayError `ledger-broken` at something that is no event
 */
export async function readChain(
  client: RegistryClient,
  repository: Repository,
  environment: string,
): Promise<readonly ChainLink[]> {
  const place = { client, repository, environment };
  const links: ChainLink[] = [];
  for await (const link of walkChain(place)) links.push(link);
  return links;
}

/**
 * The same one after the other, with twelve of them in memory: for ledgers of any length.
 *
 * @throws SlipwayError `ledger-broken` at something that is no event
 */
export async function* walkChain(place: EventPlace): AsyncGenerator<ChainLink> {
  for await (const entry of walkEntries(place)) {
    const link = requireEvent(place, entry);
    if (link === undefined) return;
    yield link;
  }
}

/** What stands under the tag of each event, from the first on and without an end. */
export async function* walkEntries(place: EventPlace): AsyncGenerator<ChainEntry> {
  const reading: Promise<ChainEntry>[] = [];
  for (let sequence = 1; ; sequence += 1) {
    const entry = fetchEntry(place, sequence);
    entry.catch(() => undefined); // told to who takes it
    reading.push(entry);
    const first = reading.length === parallelReads ? reading.shift() : undefined;
    if (first !== undefined) yield await first;
  }
}
