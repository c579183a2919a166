import { SlipwayError, type Problem } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  type Digest,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';
import type { Logger } from '../../log/index.js';
import { listBlobs, type ContentManifest, type ImageContent } from '../content/index.js';
import { parseManifest, type Manifest, type RegistryClient } from '../protocol/index.js';
import type { TargetView } from './target-view.js';

/**
 * Leaves out what the target has more of: cosign adds each signature to what a tag names, so that source and
 * target can have different ones. The one that holds the other's layers stays.
 *
 * @throws SlipwayError `tag-taken` when each has something that the other has not
 */
export async function dropHeldTags(
  client: RegistryClient,
  view: TargetView,
  image: ImageContent,
  target: Repository,
  logger: Logger,
): Promise<ImageContent> {
  const held = new Set<Digest>();
  const problems: Problem[] = [];
  for (const entry of image.manifests) {
    for (const tag of entry.tags ?? []) {
      const verdict = await compare(client, view, entry, target, tag);
      if (verdict.kind === 'free') continue;
      const name = formatReference({ repository: target, tag });
      const { previous } = verdict;
      if (verdict.kind === 'held') {
        logger.info(`${name} stays at ${previous}: it holds all that is copied, and more`);
        held.add(entry.descriptor.digest);
      } else {
        problems.push({
          subject: name,
          given: tag,
          expected: `a tag that is free or holds a part of ${entry.descriptor.digest}, but it names ${previous}`,
          fix: 'Sign the image in the source with what only the target has, or delete the tag there if it is not needed.',
        });
      }
    }
  }
  if (problems.length > 0) {
    const message = `${formatRepository(target)} has other signatures of this image; copying would lose them`;
    throw new SlipwayError('tag-taken', message, { problems });
  }
  const manifests = image.manifests.filter(({ descriptor }) => !held.has(descriptor.digest));
  return { ...image, manifests, blobs: listBlobs(manifests) };
}

type Verdict =
  /** Nothing is there, or nothing that the source has not. */
  { readonly kind: 'free' } | { readonly kind: 'held' | 'different'; readonly previous: Digest };

async function compare(
  client: RegistryClient,
  view: TargetView,
  { descriptor, manifest }: ContentManifest,
  target: Repository,
  tag: Tag,
): Promise<Verdict> {
  const previous = await view.find(tag);
  if (previous === undefined || previous === descriptor.digest) return { kind: 'free' };
  const fetched = await client.fetchManifest(target, previous);
  if (fetched === undefined) return { kind: 'free' };
  const theirs = listLayers(
    parseManifest(fetched.bytes, formatReference({ repository: target, tag })),
  );
  const ours = listLayers(manifest);
  // Without layers there is nothing by which one could hold the other.
  if (ours.size === 0 && theirs.size === 0) return { kind: 'different', previous };
  if (holdsAll(ours, theirs)) return { kind: 'free' };
  return { kind: holdsAll(theirs, ours) ? 'held' : 'different', previous };
}

function listLayers(manifest: Manifest): ReadonlySet<Digest> {
  const parts = manifest.kind === 'index' ? manifest.manifests : manifest.layers;
  return new Set(parts.map(({ digest }) => digest));
}

function holdsAll(whole: ReadonlySet<Digest>, part: ReadonlySet<Digest>): boolean {
  return [...part].every((digest) => whole.has(digest));
}
