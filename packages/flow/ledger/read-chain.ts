import { parseTag, type Repository } from '@slipway/core/image-ref';
import { formatEventTag, type ChainLink } from '@slipway/core/release';
import type { RegistryClient } from '@slipway/io/registry';
import { readEventArtifact } from './event-artifact.js';

/** Every event of a ledger from the first to the last, for `slipway verify` and `slipway history`. */
export async function readChain(
  client: RegistryClient,
  repository: Repository,
  environment: string,
): Promise<readonly ChainLink[]> {
  const links: ChainLink[] = [];
  for (;;) {
    const tag = formatEventTag(environment, links.length + 1);
    const manifest = await client.fetchManifest(repository, parseTag(tag));
    if (manifest === undefined) return links;
    links.push({
      tag,
      digest: manifest.descriptor.digest,
      event: readEventArtifact(manifest, tag),
    });
  }
}
