import { SlipwayError } from '@slipway/core/errors';
import { formatReference, type Digest, type Repository, type Tag } from '@slipway/core/image-ref';
import { mapParallel } from '../parallel/index.js';
import type { ManifestContent, RegistryClient } from '../protocol/index.js';
import { readBackManifest } from './read-back.js';
import type { SendOptions } from './send-content.js';
import { planTags, type TagOutcome, type TagPolicy } from './tag-plan.js';

export interface TagOptions extends SendOptions {
  readonly tags: readonly Tag[];
  readonly tagPolicy: TagPolicy;
}

const parallelTags = 6;

/**
 * Gives tags to an image that is in the repository. Each is judged first, and read back.
 *
 * @example await tagImage(client, repository, digest, { tags: [tag], tagPolicy: 'fail', isDryRun: false, … })
 * @throws SlipwayError `tag-taken` before any tag is written; `not-found` when there is no such image;
 * `registry-…`
 */
export async function tagImage(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: TagOptions,
): Promise<readonly TagOutcome[]> {
  return writeTags(client, repository, digest, options, async () => {
    const found = await client.fetchManifest(repository, digest);
    if (found !== undefined) return found;
    const name = formatReference({ repository, digest });
    throw new SlipwayError('not-found', `the image ${name} is not in the registry`, {
      fix: 'Push or copy the image first; a tag can only name what is there.',
    });
  });
}

/**
 * What would become of each tag.
 *
 * @throws SlipwayError `tag-taken`
 */
export async function judgeTags(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  { tags, tagPolicy }: Pick<TagOptions, 'tags' | 'tagPolicy'>,
): Promise<readonly TagOutcome[]> {
  const current = await mapParallel(parallelTags, tags, async (tag) => ({
    tag,
    digest: (await client.resolve(repository, tag))?.digest,
  }));
  return planTags(repository, digest, current, tagPolicy);
}

/**
 * Judges tags and writes those that do not name the digest yet.
 *
 * @param readContent asked only when a tag must be written
 */
export async function writeTags(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: TagOptions,
  readContent: () => Promise<ManifestContent>,
): Promise<readonly TagOutcome[]> {
  const { isDryRun, logger, clock, signal } = options;
  const readBack = { client, clock, ...(signal === undefined ? {} : { signal }) };
  const outcomes = await judgeTags(client, repository, digest, options);
  const isWritten = ({ state }: TagOutcome): boolean => state === 'created' || state === 'moved';
  const content = !isDryRun && outcomes.some(isWritten) ? await readContent() : undefined;
  for (const outcome of outcomes) {
    const { tag, state } = outcome;
    if (isWritten(outcome) && content !== undefined) {
      await client.putManifest(repository, tag, content);
      await readBackManifest(readBack, repository, tag, digest);
    }
    const verb = isWritten(outcome) && isDryRun ? `would be ${state}` : state;
    logger.info(`tag ${formatReference({ repository, tag })}: ${verb}`);
  }
  return outcomes;
}
