import { parseTag, type Repository } from '@slipway/core/image-ref';
import { formatEventTag, type ChainEntry, type ChainLink } from '@slipway/core/release';
import type { RegistryClient } from '@slipway/io/registry';
import { readEventArtifact } from './event-artifact.js';
import { refuseBreak } from './refusals.js';

/** Where the events of a service in an environment are. */
export interface EventPlace {
  readonly client: RegistryClient;
  readonly repository: Repository;
  readonly environment: string;
}

/** What stands under the tag of an event: one GET. */
export async function fetchEntry(
  { client, repository, environment }: EventPlace,
  sequence: number,
): Promise<ChainEntry> {
  const tag = formatEventTag(environment, sequence);
  const manifest = await client.fetchManifest(repository, parseTag(tag));
  if (manifest === undefined) return { state: 'missing', tag };
  return readEventArtifact(manifest, tag, environment);
}

/**
 * The event with this number; undefined when there is none: one GET.
 *
 * @throws SlipwayError `ledger-broken` when something else stands there
 */
export async function tryFetchLink(
  place: EventPlace,
  sequence: number,
): Promise<ChainLink | undefined> {
  return requireEvent(place, await fetchEntry(place, sequence));
}

/** The event of an entry. @throws SlipwayError `ledger-broken` when it is none */
export function requireEvent(place: EventPlace, entry: ChainEntry): ChainLink | undefined {
  switch (entry.state) {
    case 'event':
      return entry.link;
    case 'missing':
      return undefined;
    case 'broken':
      throw refuseBreak(place, entry.reason);
  }
}

/** What the head of an environment names: a hint to where its events end. One GET. */
export async function fetchHead({
  client,
  repository,
  environment,
}: EventPlace): Promise<ChainEntry> {
  const manifest = await client.fetchManifest(repository, parseTag(environment));
  if (manifest === undefined) return { state: 'missing', tag: environment };
  return readEventArtifact(manifest, environment, environment);
}
