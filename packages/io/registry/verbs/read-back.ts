import { SlipwayError } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  tryParseDigest,
  type Digest,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';
import type { Clock } from '../../clock/index.js';
import { mapParallel } from '@slipway/core/parallel';
import type { RegistryClient } from '../protocol/index.js';
import { isVersionTag, type TagOutcome } from './tag-plan.js';

const attempts = 6;
const waitMs = 1000;
const parallelReads = 8;

export interface ReadBackCollaborators {
  readonly client: RegistryClient;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Waits until the registry shows what it accepted: some answer reads for seconds from before a write.
 *
 * @throws SlipwayError `registry-corrupt` when it does not
 */
export async function readBackManifest(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  reference: Digest | Tag,
  digest: Digest,
): Promise<void> {
  const seen = await pollDigest(collaborators, repository, reference, (found) => found === digest);
  if (seen === digest) return;
  throw refuseRead(nameOf(repository, reference), seen, digest);
}

/**
 * The same for a tag that was just written. What it named before may be seen for a while; anything else was
 * written by somebody else.
 *
 * @throws SlipwayError `tag-taken` when another run has won the race for the tag; `registry-corrupt`
 */
export async function readBackTag(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  { tag, ...outcome }: TagOutcome,
  digest: Digest,
): Promise<void> {
  const previous = 'previous' in outcome ? outcome.previous : undefined;
  const isOld = (found: Digest | undefined): boolean => found === undefined || found === previous;
  const seen = await pollDigest(collaborators, repository, tag, (found) => !isOld(found));
  if (seen === digest) return;
  const name = nameOf(repository, tag);
  if (seen === undefined || isOld(seen)) throw refuseRead(name, seen, digest);
  throw refuseRace(name, tag, seen, digest);
}

/**
 * Before a tag is written once more: whether somebody else has written it since.
 *
 * @throws SlipwayError `tag-taken`
 */
export async function refuseLostTag(
  { client }: ReadBackCollaborators,
  repository: Repository,
  { tag, ...outcome }: TagOutcome,
  digest: Digest,
): Promise<void> {
  const previous = 'previous' in outcome ? outcome.previous : undefined;
  const seen = (await client.resolve(repository, tag, 'push'))?.digest;
  if (seen === undefined || seen === previous || seen === digest) return;
  throw refuseRace(nameOf(repository, tag), tag, seen, digest);
}

function refuseRace(name: string, tag: Tag, seen: Digest, digest: Digest): SlipwayError {
  return new SlipwayError(
    'tag-taken',
    `${name} was written by another run at the same moment: it names ${seen} now, not ${digest}`,
    {
      fix: isVersionTag(tag)
        ? 'Two runs made the same version: find out which one is right, and give the other a new version.'
        : 'Let one run at a time write this tag, for example with a concurrency group.',
    },
  );
}

function pollDigest(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  reference: Digest | Tag,
  isGood: (found: Digest | undefined) => boolean,
): Promise<Digest | undefined> {
  const { client } = collaborators;
  const read = async (): Promise<Digest | undefined> =>
    (await client.resolve(repository, reference, 'push'))?.digest;
  return poll(collaborators, read, isGood);
}

function refuseRead(name: string, seen: Digest | undefined, digest: Digest): SlipwayError {
  const found = seen === undefined ? 'it is not there' : `it is ${seen}`;
  return new SlipwayError(
    'registry-corrupt',
    `${name} was accepted as ${digest}, but read back ${found}`,
    { fix: 'Run this step again; if it stays so, ask who runs the registry.' },
  );
}

function nameOf(repository: Repository, reference: Digest | Tag): string {
  const digest = tryParseDigest(reference);
  return digest === undefined
    ? `${formatRepository(repository)}:${reference}`
    : formatReference({ repository, digest });
}

/**
 * Waits until subjects list all that was sent as their referrers.
 *
 * @param sent the digests of the referrers by subject
 * @throws SlipwayError `registry-corrupt` with each that is not listed
 */
export async function readBackReferrers(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  sent: ReadonlyMap<Digest, readonly Digest[]>,
): Promise<void> {
  const missing = await mapParallel(parallelReads, [...sent], async ([subject, digests]) => {
    const unlisted = await pollUnlisted(collaborators, repository, subject, digests);
    const to = `listed as referring to ${subject}`;
    return unlisted.map((digest) => `${formatReference({ repository, digest })} is not ${to}`);
  });
  const told = missing.flat();
  if (told.length === 0) return;
  throw new SlipwayError('registry-corrupt', `accepted, but read back ${told.join('; ')}`, {
    fix: 'Look whether another run writes to the same image, then run this step again.',
  });
}

function pollUnlisted(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  subject: Digest,
  digests: readonly Digest[],
): Promise<readonly Digest[]> {
  const { client } = collaborators;
  const read = async (): Promise<readonly Digest[]> => {
    const listed = await client.listReferrers(repository, subject);
    const known = new Set(listed.map(({ digest }) => digest));
    return digests.filter((digest) => !known.has(digest));
  };
  return poll(collaborators, read, (found) => found.length === 0);
}

/** @throws SlipwayError `registry-corrupt` when a blob that was accepted is not there */
export async function readBackBlob(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  digest: Digest,
): Promise<void> {
  const { client } = collaborators;
  const isThere = await poll(
    collaborators,
    () => client.hasBlob(repository, digest),
    (found) => found,
  );
  if (isThere) return;
  const name = formatRepository(repository);
  throw new SlipwayError(
    'registry-corrupt',
    `${name} accepted the blob ${digest}, but has it not`,
    {
      fix: 'Run this step again; if it stays so, ask who runs the registry.',
    },
  );
}

async function poll<T>(
  { clock, signal }: ReadBackCollaborators,
  read: () => Promise<T>,
  isGood: (found: T) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await read();
    if (isGood(found) || attempt === attempts) return found;
    await clock.sleep(waitMs, signal);
  }
}
