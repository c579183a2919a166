import {
  ChainCheck,
  formatEventTag,
  type ChainEntry,
  type ChainVerdict,
  type KnownPosition,
} from '@slipway/core/release';
import type { Clock } from '@slipway/io/clock';
import { readEventArtifact } from './event-artifact.js';
import { fetchEntry, fetchHead, type EventPlace } from './event-place.js';
import { tryFindLater } from './find-newest.js';
import { isStillStale, startPatience } from './patience.js';
import { parsePosition } from './position.js';
import { walkEntries } from './read-chain.js';

export interface LedgerProof extends EventPlace {
  readonly clock: Clock;
  /** What the Lease of the service acknowledged; see `fetchAcknowledged` of flow/lock. */
  readonly acknowledged: string | undefined;
}

/**
 * Proves a ledger from its first event to its last, against what the Lease acknowledged and what the head names:
 * about as many requests as there are events, twelve at once, and twelve events in memory.
 *
 * @returns the first link that does not hold, with its kind, its tag and a sentence
 * @example await verifyLedger({ client, clock, repository, environment: 'test', acknowledged })
 * // { isWhole: false, length: 2, kind: 'truncated', tag: 'test.00000003', sentence: 'event 3 is missing, but …' }
 * @throws SlipwayError what the registry client throws
 */
export async function verifyLedger(proof: LedgerProof): Promise<ChainVerdict> {
  const head = await fetchHead(proof);
  const known = [...(await readAcknowledged(proof)), ...readNamed(head)];
  const check = new ChainCheck(proof.environment, known);
  const expected = Math.max(0, ...known.map(({ sequence }) => sequence));
  let sequence = 0;
  for await (const found of walkEntries(proof)) {
    sequence += 1;
    const entry =
      found.state === 'missing' ? await lookAgain(proof, sequence, sequence <= expected) : found;
    if (entry === undefined) break;
    const broken = check.add(entry);
    if (broken !== undefined) return broken;
  }
  const verdict = check.end();
  if (!verdict.isWhole || head.state !== 'broken') return verdict;
  return { isWhole: false, length: verdict.length, ...head.reason };
}

async function readAcknowledged(proof: LedgerProof): Promise<readonly KnownPosition[]> {
  const position = parsePosition(proof, proof.acknowledged);
  if (position === undefined) return [];
  const { client, repository, environment } = proof;
  const manifest = await client.fetchManifest(repository, position.digest);
  const tag = formatEventTag(environment, position.sequence);
  const entry = manifest && readEventArtifact(manifest, tag, environment);
  const event = entry?.state === 'event' ? { event: entry.link.event } : {};
  return [{ ...position, ...event, witness: 'the Lease acknowledged' }];
}

function readNamed(head: ChainEntry): readonly KnownPosition[] {
  if (head.state !== 'event') return [];
  const { digest, event } = head.link;
  return [{ sequence: event.sequence, digest, event, witness: 'the head names' }];
}

/**
 * Where nothing was found: a registry may be behind; or it is a hole, with events after it.
 *
 * @returns undefined when it is the end
 */
async function lookAgain(
  proof: LedgerProof,
  sequence: number,
  isExpected: boolean,
): Promise<ChainEntry | undefined> {
  const patience = startPatience(proof.clock);
  while (isExpected && (await isStillStale(proof.clock, patience))) {
    const entry = await fetchEntry(proof, sequence);
    if (entry.state !== 'missing') return entry;
  }
  const tag = formatEventTag(proof.environment, sequence);
  return (await tryFindLater(proof, sequence)) === undefined
    ? undefined
    : { state: 'missing', tag };
}
