import { formatBytes } from '@slipway/core/byte-size';
import {
  formatReference,
  formatRepository,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';
import { listBlobs, type ImageContent } from '../content/index.js';
import type { RegistryClient } from '../protocol/index.js';
import { deliverImage, isReferrer, type SentImage } from './deliver-image.js';
import { dropHeldTags } from './held-tags.js';
import { tryReadVersion } from './image-labels.js';
import { readImage } from './read-image.js';
import type { SendOptions } from './send-options.js';
import { judgeTags, refuseAbsent, tagInPlace, type TagOptions } from './tag-image.js';
import { TargetView } from './target-view.js';

/** What to copy, and where to. */
export interface CopyRequest {
  readonly from: Repository;
  readonly digest: Digest;
  readonly to: Repository;
}

export interface CopyOptions extends SendOptions, Partial<Pick<TagOptions, 'tags' | 'tagPolicy'>> {
  /** Done when all of the image is there, and no tag leads to it yet; not in a dry run. */
  readonly beforeTags?: () => Promise<void>;
}

/** `referrers` counts what refers to the image or to a part of it, cosign's tags included. */
export type CopyResult = SentImage;

/**
 * Copies an image, index or artifact by its digest, byte for byte: all below it, all that refers to it or to
 * a part of it, and what cosign keeps under tags (`sha256-….sig`). Inside one registry blobs are mounted instead
 * of sent. Every manifest and tag that was sent is read back; what is there already is not sent again. Tags come
 * last.
 * Without tags it is found by its digest only.
 *
 * @example await copyImage(client, { from, digest, to }, { isDryRun: false, logger, clock, tags: [tag], tagPolicy: 'fail' })
 * @throws SlipwayError `not-found` when the image is not whole in the source, `registry-corrupt` when something
 * that refers to it is listed and gone, `tag-taken` when a tag is another image’s or a signature would be lost
 * in the target; all before anything is sent, but for a blob that is missing; `registry-…`
 */
export async function copyImage(
  client: RegistryClient,
  { from, digest, to }: CopyRequest,
  { tags = [], tagPolicy = 'fail', beforeTags, ...seams }: CopyOptions,
): Promise<CopyResult> {
  const { logger, isDryRun } = seams;
  const options: TagOptions = { ...seams, tags, tagPolicy };
  if (formatRepository(from) === formatRepository(to)) {
    if (!isDryRun) await beforeTags?.();
    return retagImage(client, from, digest, options);
  }
  const target = new TargetView(client, to, isDryRun);
  // Inside one registry the source is read as long as this takes; another one is asked for everything at once.
  if (!isDryRun) target.askIsNew({ isWaitedFor: from.registry === to.registry });
  if (tags.length === 0) void target.find(digest); // asked while the source is read
  const reading = readImage(client, from, digest, {
    logger,
    onPart: (part) => void target.find(part),
  });
  const judging = judgeTags(client, to, digest, options, {
    find: (tag) => target.find(tag),
    readVersion: async () => tryReadVersion(await reading),
  });
  const [found, judged] = await Promise.all([reading, judging]);
  const content = await dropHeldTags(client, target, found, to, logger);
  const name = formatReference({ repository: from, digest });
  const verb = isDryRun ? 'dry run: would copy' : 'copy';
  logger.info(`${verb} ${name} to ${formatRepository(to)}: ${describe(content)}`);
  const delivery = {
    ...(beforeTags === undefined ? {} : { beforeTags }),
    content,
    repository: to,
    target,
    judged,
  };
  const sent = await deliverImage(client, delivery, options);
  logger.info(formatEnd(sent, to, isDryRun));
  return sent;
}

/** Inside one repository all that belongs to the image is there already: only tags are set. */
async function retagImage(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: TagOptions,
): Promise<CopyResult> {
  const { entry, tags } = await tagInPlace(client, repository, digest, options);
  if (entry === undefined) throw refuseAbsent(repository, digest);
  const name = formatRepository(repository);
  options.logger.info(`nothing to copy: ${digest} is to stay in ${name}`);
  const { size } = entry.descriptor;
  const blobs = listBlobs([entry]);
  return {
    digest,
    blobs: { sent: 0, mounted: 0, present: blobs.length },
    manifests: { sent: 0, present: 1 },
    referrers: 0,
    bytesSent: 0,
    bytes: blobs.reduce((sum, blob) => sum + blob.size, size),
    tags,
  };
}

function describe({ manifests, blobs }: ImageContent): string {
  const referrers = manifests.filter(isReferrer);
  return `${manifests.length} manifests, ${referrers.length} of them refer to another, and ${blobs.length} blobs`;
}

function formatEnd(
  { blobs, manifests, bytesSent }: SentImage,
  to: Repository,
  isDryRun: boolean,
): string {
  const sent = blobs.sent + manifests.sent;
  const present = blobs.present + manifests.present;
  const name = formatRepository(to);
  if (sent + blobs.mounted === 0) return `unchanged: all ${present} parts were in ${name} already`;
  const verb = isDryRun ? 'to send' : 'sent and read back';
  const mounted = blobs.mounted === 0 ? '' : `${blobs.mounted} mounted, `;
  return `${sent} parts ${verb} (${formatBytes(bytesSent)}), ${mounted}${present} were in ${name} already`;
}
