import { formatReference, parseDigest, type PinnedReference } from '@slipway/core/image-ref';
import { SlipwayError } from '@slipway/core/errors';
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
  const value: unknown = JSON.parse(Buffer.from(manifest.bytes).toString('utf8'));
  const child = digestIn(listIn(value, 'manifests')[0]);
  if (child !== undefined) {
    return fetchImageLabels(client, { repository: image.repository, digest: parseDigest(child) });
  }
  const config = digestIn(fieldIn(value, 'config'));
  if (config === undefined) return new Map();
  const blob = { digest: parseDigest(config) };
  const bytes = await client.fetchBlob(image.repository, blob, maxConfigBytes);
  const settings = fieldIn(JSON.parse(Buffer.from(bytes).toString('utf8')), 'config');
  const labels = fieldIn(settings, 'Labels');
  if (typeof labels !== 'object' || labels === null) return new Map();
  return new Map(Object.entries(labels).map(([name, label]) => [name, String(label)]));
}

function fieldIn(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldIn(value, name);
  return Array.isArray(list) ? list : [];
}

function digestIn(value: unknown): string | undefined {
  const digest = fieldIn(value, 'digest');
  return typeof digest === 'string' ? digest : undefined;
}
