import { formatReference, parseDigest, type PinnedReference } from '@slipway/core/image-ref';
import { SlipwayError } from '@slipway/core/errors';
import { recordAt, recordsAt, textAt } from '@slipway/core/manifest';
import type { RegistryClient } from '@slipway/io/registry';

const maxConfigBytes = 4 * 1024 * 1024;

/**
 * The labels of an image (`org.opencontainers.image.version`, …), read from its config; of an index, those of
 * its first platform.
 *
 * @throws SlipwayError `not-found` when the image is not in the registry
 */
export async function fetchImageLabels(
  client: RegistryClient,
  image: PinnedReference,
): Promise<ReadonlyMap<string, string>> {
  const manifest = await client.fetchManifest(image.repository, image.digest);
  if (manifest === undefined) {
    throw new SlipwayError(
      'not-found',
      `the image ${formatReference(image)} is not in the registry`,
      {
        fix: 'Push it first: use the output reference of registry-push.',
      },
    );
  }
  const value = readJson(manifest.bytes);
  const child = textAt(recordsAt(value, 'manifests')[0], 'digest');
  if (child !== undefined) {
    return fetchImageLabels(client, { repository: image.repository, digest: parseDigest(child) });
  }
  const config = textAt(value, 'config', 'digest');
  if (config === undefined) return new Map();
  const blob = { digest: parseDigest(config) };
  const bytes = await client.fetchBlob(image.repository, blob, maxConfigBytes);
  const labels = recordAt(readJson(bytes), 'config', 'Labels') ?? {};
  return new Map(Object.entries(labels).map(([name, label]) => [name, String(label)]));
}

function readJson(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
