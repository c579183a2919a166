import { formatReference, type Digest, type Repository } from '@slipway/core/image-ref';
import type { ContentManifest } from '../content/index.js';
import { parseManifest, type RegistryClient } from '../protocol/index.js';

/** A manifest with its exact bytes, read and understood; undefined when it is not there. */
export async function tryFetchEntry(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
): Promise<ContentManifest | undefined> {
  const fetched = await client.fetchManifest(repository, digest);
  if (fetched === undefined) return undefined;
  const { descriptor, bytes } = fetched;
  const manifest = parseManifest(bytes, formatReference({ repository, digest }));
  // Some registries only say that it is JSON.
  const mediaType = fetched.mediaType === '' ? manifest.mediaType : fetched.mediaType;
  return { descriptor: { ...descriptor, mediaType }, content: { mediaType, bytes }, manifest };
}
