import type { Repository } from '@slipway/core/image-ref';
import type { ImageContent } from '../content/index.js';
import type { RegistryClient } from '../protocol/index.js';
import { sendContent, type SentContent } from './send-content.js';
import { judgeTags, writeTags, type TagOptions } from './tag-image.js';
import type { TagOutcome } from './tag-plan.js';

export type PushOptions = TagOptions;

export interface PushResult extends SentContent {
  readonly tags: readonly TagOutcome[];
}

/**
 * Puts an image into a registry: tags are judged first, then come blobs, manifests after what they point
 * to, and tags last. All that was sent is read back. What is there already is not sent again.
 *
 * @example await pushImage(client, await openLayout('dist/image'), repository, { tags: [tag], … })
 * @throws SlipwayError `tag-taken` before anything is sent; `registry-…`
 */
export async function pushImage(
  client: RegistryClient,
  image: ImageContent,
  repository: Repository,
  options: PushOptions,
): Promise<PushResult> {
  const { descriptor, content } = image.root;
  await judgeTags(client, repository, descriptor.digest, options);
  const sent = await sendContent(client, image, repository, options);
  // The tags are judged again: others may have written while the blobs were on their way.
  const tags = await writeTags(client, repository, descriptor.digest, options, () =>
    Promise.resolve(content),
  );
  return { ...sent, tags };
}
