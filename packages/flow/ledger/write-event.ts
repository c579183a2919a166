import { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core/errors';
import { formatRepository, parseTag } from '@slipway/core/image-ref';
import { formatEventTag, type ChainLink, type LedgerEvent } from '@slipway/core/release';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import { RegistryError, type ManifestContent } from '@slipway/io/registry';
import { buildEventArtifact, emptyBlob, type EventArtifact } from './event-artifact.js';
import { tryFetchLink, type EventPlace } from './event-place.js';
import { isStillStale, startPatience } from './patience.js';
import { refuseConflict } from './refusals.js';

export interface EventWriting extends EventPlace {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked right before each request that writes. @throws SlipwayError `lock-lost` */
  readonly assertHeld: () => void;
}

/**
 * Writes an event and reads it back: two requests. When the one that writes failed (its answer was lost, or a tag
 * that cannot move was refused when it was sent again) what is read back decides.
 *
 * @throws SlipwayError `ledger-conflict` when another event stands there and stays; `lock-lost`; when nothing is
 * there, what the write failed with
 */
export async function writeEvent(
  writing: EventWriting,
  event: LedgerEvent,
): Promise<EventArtifact> {
  const artifact = buildEventArtifact(event, writing.environment);
  const tag = formatEventTag(writing.environment, event.sequence);
  const patience = startPatience(writing.clock);
  let failure = await tryPut(writing, event, artifact);
  let hasOvertaken = false;
  for (;;) {
    const found = await readBack(writing, event, failure);
    if (found?.digest === artifact.digest) return artifact;
    if (found !== undefined && !hasOvertaken) {
      assertMayOvertake(writing, event, found, failure);
      hasOvertaken = true;
      failure = await tryPut(writing, event, artifact);
      continue;
    }
    const isWorthWaiting = failure === undefined || isUncertain(failure);
    if (isWorthWaiting && (await isStillStale(writing.clock, patience))) continue;
    writing.assertHeld();
    if (found !== undefined) throw refuseConflict(writing, tag, 'it stands where this run writes');
    throw failure ?? refuseAbsence(writing, tag);
  }
}

/** What stands there now; where a write failed and this too, the write is what is told of. */
async function readBack(
  writing: EventWriting,
  { sequence }: LedgerEvent,
  failure: RegistryError | undefined,
): Promise<ChainLink | undefined> {
  try {
    return await tryFetchLink(writing, sequence);
  } catch (error) {
    if (failure === undefined || !(error instanceof RegistryError)) throw error;
    throw failure;
  }
}

/**
 * An earlier holder who was paused may write late, and of our own writes one may have arrived whose answer did
 * not: both were never acknowledged, and ours takes their place where tags can move.
 */
function assertMayOvertake(
  writing: EventWriting,
  event: LedgerEvent,
  { tag, event: found }: ChainLink,
  failure: RegistryError | undefined,
): void {
  const isOurLease = found.lease.leaseUid === event.lease.leaseUid;
  const isOurs = isOurLease && found.lease.transitions === event.lease.transitions;
  const isLate = isOurLease && found.lease.transitions < event.lease.transitions;
  if (failure !== undefined || !(isOurs || isLate)) {
    writing.assertHeld(); // who was paused has lost the Lease, and there is no conflict
    throw refuseConflict(writing, tag, 'it stands where this run writes');
  }
  if (isLate) {
    writing.logger.warning(
      `${tag} was written by a run that had lost the Lease; it counts for nothing, and is replaced`,
    );
  }
}

/** @returns what a registry said, or the connection; anything else is thrown */
async function tryPut(
  writing: EventWriting,
  event: LedgerEvent,
  { manifest }: EventArtifact,
): Promise<RegistryError | undefined> {
  try {
    await put(writing, event, manifest);
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
}

/**
 * The blob that all events share is sent before the first event, and where a registry says that it has it not:
 * some do so for a while after they took it.
 */
async function put(
  { client, clock, repository, environment, assertHeld }: EventWriting,
  { sequence }: LedgerEvent,
  manifest: ManifestContent,
): Promise<void> {
  const tag = parseTag(formatEventTag(environment, sequence));
  const guarded = client.guardedBy(assertHeld);
  const patience = startPatience(clock);
  for (let hasBlob = sequence > 1; ; hasBlob = false) {
    if (!hasBlob) await guarded.pushBlob(repository, { ...emptyBlob, open });
    try {
      await guarded.putManifest(repository, tag, manifest);
      return;
    } catch (error) {
      if (!isAboutBlob(error) || !(await isStillStale(clock, patience))) throw error;
    }
  }
}

function open(): Readable {
  return Readable.from([emptyBlob.bytes]);
}

function isAboutBlob(error: unknown): boolean {
  const codes = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'];
  return (
    error instanceof RegistryError &&
    error.registryMessages.some(({ code }) => codes.includes(code))
  );
}

/** Whether the registry may have done what it said it had not, or gave no answer to. */
function isUncertain({ code }: RegistryError): boolean {
  return code !== 'registry-denied' && code !== 'not-found';
}

function refuseAbsence({ repository }: EventPlace, tag: string): SlipwayError {
  return new SlipwayError(
    'registry-corrupt',
    `${formatRepository(repository)}:${tag} was accepted, but cannot be read back`,
    { fix: 'Run this step again; if it stays so, ask who runs the registry.' },
  );
}
