import { Readable } from 'node:stream';
import { canonicalJson } from '@slipway/core/canonical-json';
import { SlipwayError } from '@slipway/core/errors';
import {
  formatRepository,
  parseDigest,
  parseTag,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';
import {
  formatManifests,
  parseManifests,
  recordAt,
  recordsAt,
  textAt,
  type KubernetesObject,
} from '@slipway/core/manifest';
import {
  bundleMediaType,
  manifestsMediaType,
  parseBundleConfig,
  sourcesMediaType,
  type BundleConfig,
} from '@slipway/core/release';
import { computeDigest, mediaTypes, type RegistryClient } from '@slipway/io/registry';
import type { SourceFile } from '@slipway/io/render';
import { packTar } from '../tar/index.js';
import { assertBundleFits, maxPartBytes } from './bundle-size.js';
import type { SecretToCreate } from './take-out-secrets.js';

/** What a deployment needs of a bundle. */
export interface Bundle {
  /** Of its OCI manifest. */
  readonly digest: Digest;
  readonly config: BundleConfig;
  readonly objects: readonly KubernetesObject[];
}

/** A bundle that was just rendered, with the bytes that go into the registry. */
export interface RenderedBundle extends Bundle {
  readonly blobs: readonly BundlePart[];
  readonly manifest: Uint8Array;
  /** Those of `config.secrets` whose values are known here; they are in none of its parts. */
  readonly secrets?: readonly SecretToCreate[];
  /** What a reader should know of how it was rendered, a sentence each. */
  readonly notes?: readonly string[];
}

/** A part of a bundle: its config, its manifests or its sources. */
interface BundlePart {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/**
 * Puts a bundle together: same config, objects and sources, same bytes, same digest.
 *
 * @throws SlipwayError `render-failed` when it is too large, with what makes it so
 */
export async function buildBundle(
  config: BundleConfig,
  objects: readonly KubernetesObject[],
  sources: readonly SourceFile[],
): Promise<RenderedBundle> {
  assertBundleFits(objects, sources);
  const blobs = [
    toBlob(bundleMediaType, Buffer.from(canonicalJson(config))),
    toBlob(manifestsMediaType, Buffer.from(formatManifests(objects))),
    toBlob(sourcesMediaType, await packTar(sources.toSorted((a, b) => (a.path < b.path ? -1 : 1)))),
  ];
  const [first, ...layers] = blobs.map(({ mediaType, digest, bytes }) => ({
    mediaType,
    digest,
    size: bytes.length,
  }));
  const manifest = Buffer.from(
    canonicalJson({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: bundleMediaType,
      config: first,
      layers,
    }),
  );
  return { digest: computeDigest(manifest), config, objects, blobs, manifest };
}

/** The tag under which people find a bundle: `bundle-` and the first 12 hex digits of its digest. */
export function formatBundleTag(digest: Digest): string {
  return `bundle-${digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** Stores a bundle in the ledger's repository; one HEAD when it is there already. */
export async function pushBundle(
  client: RegistryClient,
  repository: Repository,
  bundle: RenderedBundle,
): Promise<void> {
  const tag = parseTag(formatBundleTag(bundle.digest));
  const stored = await client.resolve(repository, tag);
  if (stored?.digest === bundle.digest) return;
  for (const { digest, bytes } of bundle.blobs) {
    await client.pushBlob(repository, {
      digest,
      size: bytes.length,
      open: () => Readable.from([bytes]),
    });
  }
  await client.putManifest(repository, tag, {
    mediaType: mediaTypes.ociManifest,
    bytes: bundle.manifest,
  });
  await pullBundle(client, repository, bundle.digest); // read back: what is recorded later must be there
}

/**
 * Reads a bundle by its digest: what it says about itself and the objects to apply.
 *
 * @throws SlipwayError `not-found` when it is no longer there
 */
export async function pullBundle(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
): Promise<Bundle> {
  const where = `${formatRepository(repository)}@${digest}`;
  const manifest = await client.fetchManifest(repository, digest);
  if (manifest === undefined) {
    throw new SlipwayError('not-found', `the bundle ${where} is not in the registry`, {
      fix: 'Something deleted it: exclude the ledger’s repository from clean-up; choose another version.',
    });
  }
  const parts = readParts(manifest.bytes);
  const read = async (mediaType: string): Promise<Uint8Array> =>
    client.fetchBlob(repository, { digest: findPart(parts, mediaType, where) }, maxPartBytes);
  const [config, manifests] = await Promise.all([read(bundleMediaType), read(manifestsMediaType)]);
  return { digest, ...readContent(config, manifests, where) };
}

/**
 * Puts a bundle together again from its bytes, each proven by its digest.
 *
 * @param blobs by digest
 * @param where how to name it in errors
 * @throws SlipwayError `source-invalid` when a part is missing or is not what its digest says
 */
export function restoreBundle(
  manifest: Uint8Array,
  blobs: ReadonlyMap<string, Uint8Array>,
  where: string,
): RenderedBundle {
  const parts = [...readParts(manifest)].map(([mediaType, digest]): BundlePart => {
    const bytes = blobs.get(digest);
    if (bytes !== undefined && computeDigest(bytes) === digest) return { mediaType, digest, bytes };
    throw new SlipwayError('source-invalid', `${where} does not hold the blob ${digest}`, {
      fix: 'Pass the file on as it was written.',
    });
  });
  const digests = readParts(manifest);
  const read = (mediaType: string): Uint8Array =>
    blobs.get(findPart(digests, mediaType, where)) ?? new Uint8Array();
  const content = readContent(read(bundleMediaType), read(manifestsMediaType), where);
  return { digest: computeDigest(manifest), ...content, blobs: parts, manifest };
}

function findPart(parts: ReadonlyMap<string, Digest>, mediaType: string, where: string): Digest {
  const part = parts.get(mediaType);
  if (part !== undefined) return part;
  throw new SlipwayError('ledger-broken', `${where} is not a bundle: it has no ${mediaType}`);
}

function readContent(
  config: Uint8Array,
  manifests: Uint8Array,
  where: string,
): Pick<Bundle, 'config' | 'objects'> {
  const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
  return {
    config: parseBundleConfig(asText(config)),
    objects: parseManifests(asText(manifests), where),
  };
}

/** Media type → digest, of the config and the layers. */
function readParts(bytes: Uint8Array): ReadonlyMap<string, Digest> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const descriptors = [recordAt(value, 'config'), ...recordsAt(value, 'layers')];
  return new Map(
    descriptors.flatMap((descriptor): [string, Digest][] => {
      const mediaType = textAt(descriptor, 'mediaType');
      const digest = textAt(descriptor, 'digest');
      if (mediaType === undefined || digest === undefined) return [];
      return [[mediaType, parseDigest(digest)]];
    }),
  );
}

function toBlob(mediaType: string, bytes: Uint8Array): BundlePart {
  return { mediaType, digest: computeDigest(bytes), bytes };
}
