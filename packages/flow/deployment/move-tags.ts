import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatRepository, parsePinnedReference, parseTag } from '@slipway/core/image-ref';
import type { Attempt } from '@slipway/core/release';
import { computeMovingTags, tryParseVersion } from '@slipway/core/version';
import { tagImage } from '@slipway/io/registry';
import type { DeploymentContext } from './context.js';

/**
 * Moves `1.5`, `1` and `latest` to the image of a production release that has proved good; never to a lower version.
 * Who may not set them settles all the same.
 */
export async function moveTags(
  {
    client,
    clock,
    logger,
    signal,
    isProduction,
  }: Pick<DeploymentContext, 'client' | 'clock' | 'logger' | 'signal' | 'isProduction'>,
  { image, version: text }: Attempt,
): Promise<void> {
  const version = tryParseVersion(text);
  if (isProduction !== true || version === undefined) return;
  const { repository, digest } = parsePinnedReference(image);
  const tags = computeMovingTags(version, []).map((tag) => parseTag(tag));
  if (tags.length === 0) return;
  const options = { tags, tagPolicy: 'move', isDryRun: false, logger, clock, signal } as const;
  try {
    await tagImage(client, repository, digest, options);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const names = tags.join(', ');
    const where = formatRepository(repository);
    logger.warning(`${names} of ${where} stay where they are: ${describeError(error)}`);
  }
}
