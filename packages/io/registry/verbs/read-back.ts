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
import type { RegistryClient } from '../protocol/index.js';

const attempts = 6;
const waitMs = 1000;

export interface ReadBackCollaborators {
  readonly client: RegistryClient;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Waits until the registry shows what it accepted: some answer reads for seconds from before a write.
 *
 * @throws SlipwayError `registry-corrupt` when it does not; also when a tag was moved by someone else
 */
export async function readBackManifest(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  reference: Digest | Tag,
  digest: Digest,
): Promise<void> {
  const seen = await poll(
    collaborators,
    async () => (await collaborators.client.resolve(repository, reference))?.digest,
    (found) => found === digest,
  );
  if (seen === digest) return;
  const isDigest = tryParseDigest(reference) !== undefined;
  const name = isDigest
    ? formatReference({ repository, digest })
    : `${formatRepository(repository)}:${reference}`;
  throw new SlipwayError(
    'registry-corrupt',
    `${name} was accepted, but read back it is ${seen ?? 'not there'}${isDigest ? '' : ` instead of ${digest}`}`,
    { fix: 'Look whether another run writes the same tag, then run this step again.' },
  );
}

/**
 * Waits until a subject lists what was sent as its referrer.
 *
 * @throws SlipwayError `registry-corrupt` when it does not
 */
export async function readBackReferrer(
  collaborators: ReadBackCollaborators,
  repository: Repository,
  subject: Digest,
  digest: Digest,
): Promise<void> {
  const { client } = collaborators;
  const isListed = await poll(
    collaborators,
    async () => {
      const listed = await client.listReferrers(repository, subject);
      return listed.some((referrer) => referrer.digest === digest);
    },
    (found) => found,
  );
  if (isListed) return;
  const name = formatReference({ repository, digest });
  throw new SlipwayError(
    'registry-corrupt',
    `${name} was accepted, but is not listed as referring to ${subject}`,
    { fix: 'Look whether another run writes to the same image, then run this step again.' },
  );
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
