import type { Digest } from '@slipway/core/image-ref';
import { listBlobs, type ContentManifest, type ImageContent } from '../content/index.js';
import { mapParallel } from '@slipway/core/parallel';
import type { Descriptor } from '../protocol/index.js';
import type { TargetView } from './target-view.js';

/** What of an image is to be sent. */
export interface DeliveryPlan {
  /** Manifests that are not there, in the order of the content. */
  readonly manifests: readonly ContentManifest[];
  /** The configs and layers of these, each once; some of them may be there. */
  readonly blobs: readonly Descriptor[];
}

const parallelQuestions = 12;

/**
 * Finds out what the target does not have. A registry takes an image only when its config and layers are there,
 * so those of one that is there are not asked for; the images of an index are, because clean-up rules delete
 * what has no tag. A referrer is there when its subject lists it, and what is found by a tag when the tag names it.
 */
export async function planDelivery(
  target: TargetView,
  { manifests }: ImageContent,
): Promise<DeliveryPlan> {
  const isThere = new Map<Digest, boolean>();
  const ask = async (entry: ContentManifest): Promise<void> => {
    const { subject } = entry.manifest;
    // What refers to something that is not there is sent with it; that it is there alone is rare.
    const isOrphan = subject !== undefined && isThere.get(subject.digest) === false;
    isThere.set(entry.descriptor.digest, !isOrphan && (await hasManifest(target, entry)));
  };
  let waiting = manifests;
  while (waiting.length > 0) {
    const unasked = new Set(waiting.map(({ descriptor }) => descriptor.digest));
    const isReady = ({ manifest: { subject } }: ContentManifest): boolean =>
      subject === undefined || !unasked.has(subject.digest);
    await mapParallel(parallelQuestions, waiting.filter(isReady), ask);
    waiting = waiting.filter((entry) => !isReady(entry));
  }
  const missing = manifests.filter(({ descriptor }) => isThere.get(descriptor.digest) !== true);
  return { manifests: missing, blobs: listBlobs(missing) };
}

async function hasManifest(
  target: TargetView,
  { descriptor, manifest, tags = [] }: ContentManifest,
): Promise<boolean> {
  const { digest } = descriptor;
  const named = await Promise.all([digest, ...tags].map((reference) => target.find(reference)));
  if (named.some((found) => found !== digest)) return false;
  if (manifest.subject === undefined) return true;
  return (await target.listReferrers(manifest.subject.digest)).has(digest);
}
