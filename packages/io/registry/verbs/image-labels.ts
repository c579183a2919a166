import { SlipwayError } from '@slipway/core/errors';
import { formatReference, type Digest, type PinnedReference } from '@slipway/core/image-ref';
import { tryParseVersion, type Version } from '@slipway/core/version';
import type { ImageContent } from '../content/index.js';
import {
  listPlatforms,
  parseManifest,
  type Descriptor,
  type ImageManifest,
  type Manifest,
  type RegistryClient,
} from '../protocol/index.js';
import { readBody, readProperty, tryParseJson } from '../transport/index.js';

const maxConfigBytes = 4 * 1024 * 1024;
const versionLabel = 'org.opencontainers.image.version';

type ImageClient = Pick<RegistryClient, 'fetchManifest' | 'fetchBlob'>;

/** Where an image can be read, a manifest or a config at a time. */
interface ImageReading {
  readManifest(digest: Digest): Promise<Manifest | undefined>;
  readConfig(config: Descriptor): Promise<Uint8Array>;
}

/**
 * The labels of an image (`org.opencontainers.image.version`, …), read from its config; of an index, those of
 * its first platform.
 *
 * @throws SlipwayError `not-found` when the image is not in the registry
 */
export async function fetchImageLabels(
  client: ImageClient,
  image: PinnedReference,
): Promise<ReadonlyMap<string, string>> {
  const reading = readingOf(client, image);
  const manifest = await reading.readManifest(image.digest);
  if (manifest !== undefined) return readLabels(reading, manifest);
  throw new SlipwayError(
    'not-found',
    `the image ${formatReference(image)} is not in the registry`,
    { fix: 'Push it first: use the output reference of registry-push.' },
  );
}

/** The version that an image in a registry says it has, in its annotations or labels; undefined where it says none. */
export async function tryFetchVersion(
  client: ImageClient,
  image: PinnedReference,
): Promise<Version | undefined> {
  const reading = readingOf(client, image);
  const manifest = await reading.readManifest(image.digest);
  return manifest && readVersion(reading, manifest);
}

/** The same of an image that is at hand. */
export async function tryReadVersion(content: ImageContent): Promise<Version | undefined> {
  const { manifests, root } = content;
  const reading: ImageReading = {
    readManifest: (digest) =>
      Promise.resolve(manifests.find(({ descriptor }) => descriptor.digest === digest)?.manifest),
    readConfig: async (config) => readBody(await content.openBlob(config), maxConfigBytes),
  };
  return readVersion(reading, root.manifest);
}

function readingOf(client: ImageClient, image: PinnedReference): ImageReading {
  const { repository } = image;
  return {
    readManifest: async (digest) => {
      const fetched = await client.fetchManifest(repository, digest);
      return fetched && parseManifest(fetched.bytes, formatReference({ repository, digest }));
    },
    readConfig: (config) => client.fetchBlob(repository, config, maxConfigBytes),
  };
}

async function readVersion(
  reading: ImageReading,
  manifest: Manifest,
): Promise<Version | undefined> {
  const annotated = manifest.annotations?.[versionLabel];
  const text = annotated ?? (await readLabels(reading, manifest)).get(versionLabel);
  return text === undefined ? undefined : tryParseVersion(text.replace(/^v/, ''));
}

async function readLabels(
  reading: ImageReading,
  manifest: Manifest,
): Promise<ReadonlyMap<string, string>> {
  const image = await findImage(reading, manifest);
  if (image === undefined || image.config.size > maxConfigBytes) return new Map();
  const bytes = await reading.readConfig(image.config);
  const config = readProperty(tryParseJson(Buffer.from(bytes).toString('utf8')), 'config');
  const labels = readProperty(config, 'Labels');
  if (typeof labels !== 'object' || labels === null) return new Map();
  return new Map(Object.entries(labels).map(([name, label]) => [name, String(label)]));
}

/** The image itself, or that of the first platform; what attests something about a platform is none. */
async function findImage(
  reading: ImageReading,
  manifest: Manifest,
): Promise<ImageManifest | undefined> {
  if (manifest.kind === 'image') return manifest;
  const [platform] = listPlatforms(manifest);
  const child = platform && (await reading.readManifest(platform.digest));
  return child?.kind === 'image' ? child : undefined;
}
