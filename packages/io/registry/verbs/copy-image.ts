import { formatBytes } from '@slipway/core/byte-size';
import {
  formatReference,
  formatRepository,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';
import type { ImageContent } from '../content/index.js';
import type { RegistryClient } from '../protocol/index.js';
import { dropHeldTags } from './held-tags.js';
import { readImage } from './read-image.js';
import { sendContent, type SendOptions, type SentContent } from './send-content.js';

/** What to copy, and where to. */
export interface CopyRequest {
  readonly from: Repository;
  readonly digest: Digest;
  readonly to: Repository;
}

/** `referrers` counts what refers to the image or to a part of it, cosign's tags included. */
export type CopyResult = SentContent;

/**
 * Copies an image, index or artifact by its digest, byte for byte: all below it, all that refers to it or to
 * a part of it, and what cosign keeps under tags (`sha256-….sig`). Everything that was sent is read back; what
 * is there already is not sent again. The image gets no tag: see `tagImage`.
 *
 * @example await copyImage(client, { from, digest, to }, { isDryRun: false, logger, clock })
 * @throws SlipwayError `not-found` when the image is not whole in the source, `registry-corrupt` when something
 * that refers to it is listed and gone, `tag-taken` when a signature would be lost in the target; all before
 * anything is sent, but for a blob that is missing; `registry-…`
 */
export async function copyImage(
  client: RegistryClient,
  { from, digest, to }: CopyRequest,
  options: SendOptions,
): Promise<CopyResult> {
  const { logger, isDryRun } = options;
  const name = formatReference({ repository: from, digest });
  const found = await readImage(client, from, digest, logger);
  const image = await dropHeldTags(client, found, to, logger);
  logger.info(
    `${isDryRun ? 'dry run: would copy' : 'copy'} ${name} to ${formatRepository(to)}: ${describe(image)}`,
  );
  const sent = await sendContent(client, image, to, options);
  logger.info(formatEnd(sent, to, isDryRun));
  return sent;
}

function describe({ manifests, blobs }: ImageContent): string {
  const referrers = manifests.filter(
    ({ manifest, tags }) => manifest.subject !== undefined || tags !== undefined,
  );
  return `${manifests.length} manifests, ${referrers.length} of them refer to another, and ${blobs.length} blobs`;
}

function formatEnd(
  { blobs, manifests, bytesSent }: SentContent,
  to: Repository,
  isDryRun: boolean,
): string {
  const sent = blobs.sent + manifests.sent;
  const present = blobs.present + manifests.present;
  if (sent === 0) return `unchanged: all ${present} parts were in ${formatRepository(to)} already`;
  const verb = isDryRun ? 'to send' : 'sent and read back';
  return `${sent} parts ${verb} (${formatBytes(bytesSent)}), ${present} were in ${formatRepository(to)} already`;
}
