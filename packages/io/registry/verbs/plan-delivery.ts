import type { Digest } from '@slipway/core/image-ref';
import { listBlobs, type ContentManifest, type ImageContent } from '../content/index.js';
import { mapParallel } from '../parallel/index.js';
import type { Descriptor } from '../protocol/index.js';
import type { TargetView } from './target-view.js';

/** What of an image is to be sent. */
export interface DeliveryPlan {
  /** Manifests that are not there, in the order of the content. */
  readonly manifests: readonly ContentManifest[];
  /** What these point to, each once; some of it may be there. */
  readonly blobs: readonly Descriptor[];
}

const parallelQuestions = 12;

/**
 * Finds out what the target does not have. A registry takes a manifest only when all that it points to is there:
 * so below one that is there nothing is asked for. A referrer is there when its subject lists it, and what is
 * found by a tag when the tag names it.
 *
 * @param rootIsThere what is known of the image itself
 */
export async function planDelivery(
  target: TargetView,
  content: ImageContent,
  rootIsThere: boolean,
): Promise<DeliveryPlan> {
  const { root, manifests } = content;
  const byDigest = new Map(manifests.map((entry) => [entry.descriptor.digest, entry] as const));
  const isThere = new Map<Digest, boolean>([[root.descriptor.digest, rootIsThere]]);
  const ask = async (entry: ContentManifest): Promise<boolean> => {
    const { digest } = entry.descriptor;
    const known = isThere.get(digest);
    if (known !== undefined) return known;
    const { subject } = entry.manifest;
    // What refers to something that is not there is sent with it; that it is there alone is rare.
    const isOrphan = subject !== undefined && isThere.get(subject.digest) === false;
    const answer = !isOrphan && (await hasManifest(target, entry));
    isThere.set(digest, answer);
    return answer;
  };
  const settle = (entry: ContentManifest): void => {
    for (const child of childrenOf(entry, byDigest)) {
      isThere.set(child.descriptor.digest, true);
      settle(child);
    }
  };
  // From the top down: what is below something that is there need not be asked for.
  let level = findTops(manifests, byDigest);
  while (level.length > 0) {
    const answers = await mapParallel(parallelQuestions, level, ask);
    const absent = level.filter((_entry, index) => answers[index] !== true);
    for (const [index, entry] of level.entries()) if (answers[index] === true) settle(entry);
    const below = absent.flatMap((entry) => childrenOf(entry, byDigest));
    level = [...new Set(below)].filter(({ descriptor }) => !isThere.has(descriptor.digest));
  }
  const missing = manifests.filter(({ descriptor }) => isThere.get(descriptor.digest) !== true);
  return { manifests: missing, blobs: listBlobs(missing) };
}

function childrenOf(
  { manifest }: ContentManifest,
  byDigest: ReadonlyMap<Digest, ContentManifest>,
): readonly ContentManifest[] {
  if (manifest.kind !== 'index') return [];
  return manifest.manifests
    .map(({ digest }) => byDigest.get(digest))
    .filter((entry) => entry !== undefined);
}

/** The manifests that are below no other one. */
function findTops(
  manifests: readonly ContentManifest[],
  byDigest: ReadonlyMap<Digest, ContentManifest>,
): readonly ContentManifest[] {
  const below = new Set(manifests.flatMap((entry) => childrenOf(entry, byDigest)));
  return manifests.filter((entry) => !below.has(entry));
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
