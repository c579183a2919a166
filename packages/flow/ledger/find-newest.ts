import { SlipwayError } from '@slipway/core/errors';
import { formatRepository, type Tag } from '@slipway/core/image-ref';
import { formatEventTag, type ChainLink } from '@slipway/core/release';
import { RegistryError } from '@slipway/io/registry';
import { fetchHead, tryFetchLink, type EventPlace } from './event-place.js';

/**
 * How far beyond what is known the end is looked for: 1, 10, 30, 90 and so on. A head is mostly right or behind
 * by one event; after that growing slower costs steps, and growing faster costs halvings.
 */
const growStep = (step: number): number => (step === 1 ? 10 : step * 3);

/**
 * The newest event without the help of a Lease: what the head names, and then whether another one follows, which
 * is two requests. The head is a hint only. Where it stays behind (a tag that cannot move names the first event
 * for ever), or names nothing of this ledger, the end is looked for in growing steps, and then by halving: at most
 * 2·log2(n) requests among n events from n = 16 on, and at most eight among fewer.
 *
 * A head that names an event of this environment was set after the tag of that event had been read back. With
 * `isCertain` that tag is read as well, and a head that differs from it counts for nothing.
 *
 * @returns undefined when there are no events
 * @throws SlipwayError `ledger-broken` when the first events are missing, or something else stands in their place
 */
export async function findNewest(
  place: EventPlace,
  { isCertain = false } = {},
): Promise<ChainLink | undefined> {
  const head = await fetchHead(place);
  if (head.state === 'event' && (!isCertain || (await isInPlace(place, head.link)))) {
    const found = await findAfter(place, head.link);
    if (found !== undefined) return found;
  }
  const newest = await findAfter(place, undefined);
  if (newest !== undefined) return newest;
  const later = await tryFindLater(place, 0);
  if (later === undefined) return undefined;
  const justWritten = await findAfter(place, undefined); // between the two questions
  if (justWritten === undefined) throw refuseLostBeginning(place, later);
  return justWritten;
}

async function isInPlace(place: EventPlace, { event, digest }: ChainLink): Promise<boolean> {
  return (await tryFetchLink(place, event.sequence))?.digest === digest;
}

/** @returns undefined when there is none at all, or when what comes next does not follow the known one */
async function findAfter(
  place: EventPlace,
  known: ChainLink | undefined,
): Promise<ChainLink | undefined> {
  const start = known?.event.sequence ?? 0;
  let newest = known;
  let missing: number | undefined;
  for (let step = 1; ; step = growStep(step)) {
    const last: number = newest?.event.sequence ?? 0;
    if (missing !== undefined && missing - last <= 1) return newest;
    const next = missing === undefined ? start + step : Math.floor((last + missing) / 2);
    const found = await tryFetchLink(place, next);
    if (found === undefined) missing = next;
    else if (known !== undefined && next === start + 1 && !follows(known, found)) return undefined;
    else newest = found;
  }
}

function follows({ digest }: ChainLink, { event }: ChainLink): boolean {
  return event.previous === digest;
}

/** Clean-up rules delete what is oldest: a ledger whose first events are gone is not empty. */
function refuseLostBeginning({ repository, environment }: EventPlace, later: Tag): SlipwayError {
  return new SlipwayError(
    'ledger-broken',
    `${formatRepository(repository)} has the event ${later}, but not the first one of ${environment}`,
    {
      fix: 'Somebody, or a clean-up rule, deleted events: restore them, and exclude the ledger’s repository from clean-up.',
    },
  );
}

/**
 * Any event after the one with this number, as the registry's list of tags has it: one request.
 *
 * @returns undefined also where the registry does not list tags
 */
export async function tryFindLater(
  { client, repository, environment }: EventPlace,
  sequence: number,
): Promise<Tag | undefined> {
  try {
    const last = formatEventTag(environment, sequence);
    const [next] = await client.listTags(repository, { last, limit: 1 });
    return next !== undefined && isEventTag(next, environment) ? next : undefined;
  } catch (error) {
    if (error instanceof RegistryError && !error.isTemporary) return undefined;
    throw error;
  }
}

function isEventTag(tag: Tag, environment: string): boolean {
  return tag.startsWith(`${environment}.`) && /^\d{8,}$/.test(tag.slice(environment.length + 1));
}
