import type { Repository } from '@slipway/core/image-ref';
import type { ImageContent } from '../content/index.js';
import type { RegistryClient } from '../protocol/index.js';
import { deliverImage, type SentImage } from './deliver-image.js';
import { tryReadVersion } from './image-labels.js';
import { judgeTags, type TagOptions } from './tag-image.js';
import { TargetView } from './target-view.js';

export type PushOptions = TagOptions;

export type PushResult = SentImage;

/**
 * Puts an image into a registry: tags are judged first, then come blobs, manifests after what they point
 * to, and tags last. Manifests and tags are read back. What is there already is not sent again.
 *
 * @example await pushImage(client, await openLayout('dist/image'), repository, { tags: [tag], … })
 * @throws SlipwayError `tag-taken` before anything is sent; `registry-…`
 */
export async function pushImage(
  client: RegistryClient,
  content: ImageContent,
  repository: Repository,
  options: PushOptions,
): Promise<PushResult> {
  const target = new TargetView(client, repository, options.isDryRun);
  const { digest } = content.root.descriptor;
  if (!options.isDryRun) target.askIsNew({ isWaitedFor: false });
  const judged = await judgeTags(client, repository, digest, options, {
    find: (tag) => target.find(tag),
    readVersion: () => tryReadVersion(content),
  });
  return deliverImage(client, { content, repository, target, judged }, options);
}
