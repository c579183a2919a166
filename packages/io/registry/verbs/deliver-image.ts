import type { Digest, Repository, Tag } from '@slipway/core/image-ref';
import { formatBytes } from '@slipway/core/byte-size';
import type { Logger } from '../../log/index.js';
import { listForeignBlobs, type ContentManifest, type ImageContent } from '../content/index.js';
import type { Descriptor, RegistryClient } from '../protocol/index.js';
import { planDelivery, type DeliveryPlan } from './plan-delivery.js';
import { BlobSender, formatSent, type SentBlob } from './send-blobs.js';
import { ManifestSender } from './send-manifests.js';
import { writeTags, type JudgedTags, type TagOptions } from './tag-image.js';
import { isWritten, type TagOutcome } from './tag-plan.js';
import type { TargetView } from './target-view.js';

/** What was sent, or in a dry run would be, and what was there already. */
export interface SentCount {
  readonly sent: number;
  readonly present: number;
}

export interface SentImage {
  readonly digest: Digest;
  /** `mounted` were taken over from another repository of the registry, without being sent. */
  readonly blobs: SentCount & { readonly mounted: number };
  readonly manifests: SentCount;
  /** How many of the manifests refer to another one: signatures, evidence, bills of material. */
  readonly referrers: number;
  /** Bytes of the blobs and manifests that were sent. */
  readonly bytesSent: number;
  /** Bytes of the whole image. */
  readonly bytes: number;
  readonly tags: readonly TagOutcome[];
}

export interface Delivery {
  readonly content: ImageContent;
  readonly repository: Repository;
  readonly target: TargetView;
  readonly judged: JudgedTags;
  /** Done when all is there that the tags will lead to, but for the image’s own manifest where it goes with its tag. */
  readonly beforeTags?: () => Promise<void>;
}

/**
 * Puts what is missing of an image into a repository: blobs, then each manifest after what it points and refers
 * to, and tags last. Manifests are read back before the first tag is written. An image that nothing refers to
 * is sent under its tag at once.
 */
export async function deliverImage(
  client: RegistryClient,
  { content, repository, target, judged, beforeTags }: Delivery,
  options: TagOptions,
): Promise<SentImage> {
  const { isDryRun, logger } = options;
  const { root } = content;
  tellForeign(content, logger);
  target.noteTags(root.descriptor.digest, judged.outcomes);
  const missing = await planDelivery(target, content);
  const blobSender = new BlobSender(client, content, repository, target, options);
  const blobs = await blobSender.send(missing.blobs);
  const manifestSender = new ManifestSender(
    client,
    repository,
    content.manifests,
    options,
    (blob) => blobSender.heal(blob),
  );
  const own = missing.manifests.find((entry) => isSame(entry, root));
  const getsTag = judged.outcomes.some(isWritten);
  const goesByTag = getsTag && own !== undefined && standsAlone(own, missing.manifests);
  const byDigest = goesByTag ? missing.manifests.filter((each) => each !== own) : missing.manifests;
  if (!isDryRun) {
    await manifestSender.send(byDigest, getsTag ? own : undefined);
    await beforeTags?.();
  }
  const tell = (entry: ContentManifest): void => {
    const isSent = missing.manifests.some((each) => isSame(each, entry));
    logger.info(formatSent(isSent ? 'uploaded' : 'present', entry.descriptor, isDryRun));
  };
  for (const entry of content.manifests) if (!goesByTag || !isSame(entry, root)) tell(entry);
  const { digest } = root.descriptor;
  const put = (tag: Tag, beforeRetry: () => Promise<void>): Promise<void> =>
    manifestSender.put(tag, root, beforeRetry);
  const tags = await writeTags(client, repository, digest, options, { judged, put });
  // The tags may have been judged anew, and none of them leads to the image now.
  const isNamed = tags.some((outcome) => isWritten(outcome) || outcome.state === 'unchanged');
  if (getsTag && own !== undefined && !isNamed && !isDryRun) {
    await (goesByTag ? manifestSender.send([own]) : manifestSender.readBack(own));
  }
  if (goesByTag) tell(root);
  return { ...countSent(content, missing, blobs), tags };
}

function countSent(
  { root, blobs: all, manifests }: ImageContent,
  missing: DeliveryPlan,
  blobs: readonly SentBlob[],
): Omit<SentImage, 'tags'> {
  const inState = (wanted: SentBlob['state']): readonly Descriptor[] =>
    blobs.filter(({ state }) => state === wanted).map(({ blob }) => blob);
  const sent = inState('uploaded');
  const mounted = inState('mounted').length;
  const sentManifests = missing.manifests.map(({ descriptor }) => descriptor);
  return {
    digest: root.descriptor.digest,
    blobs: { sent: sent.length, mounted, present: all.length - sent.length - mounted },
    manifests: { sent: sentManifests.length, present: manifests.length - sentManifests.length },
    referrers: manifests.filter(isReferrer).length,
    bytesSent: sumSizes(sent) + sumSizes(sentManifests),
    bytes: sumSizes(all) + sumSizes(manifests.map(({ descriptor }) => descriptor)),
  };
}

/** What is left out is said: registries do not keep it, by its own media type. */
function tellForeign({ manifests }: ImageContent, logger: Logger): void {
  for (const { digest, size, mediaType } of listForeignBlobs(manifests)) {
    logger.warning(
      `left out ${digest} (${formatBytes(size)}, ${mediaType}): it may not be distributed, and stays where its urls say`,
    );
  }
}

/** Whether a manifest belongs to the image by referring to it. */
export function isReferrer({ manifest, tags = [] }: ContentManifest): boolean {
  return manifest.subject !== undefined || tags.length > 0;
}

/**
 * Whether an image can be sent under its tag at once: nothing that is sent refers to it (some registries take
 * referrers only after the image itself), and it refers to nothing.
 */
function standsAlone(root: ContentManifest, manifests: readonly ContentManifest[]): boolean {
  const { digest } = root.descriptor;
  const isSubject = manifests.some(({ manifest }) => manifest.subject?.digest === digest);
  return !isSubject && root.manifest.subject === undefined;
}

function isSame(a: ContentManifest, b: ContentManifest): boolean {
  return a.descriptor.digest === b.descriptor.digest;
}

function sumSizes(descriptors: readonly Descriptor[]): number {
  return descriptors.reduce((sum, { size }) => sum + size, 0);
}
