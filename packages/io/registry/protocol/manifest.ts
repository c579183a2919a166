import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/core/errors';
import {
  digestOf,
  tryParseDigest,
  type Digest,
  type DigestAlgorithm,
} from '@slipway/core/image-ref';
import { readProperty, readText, tryParseJson } from '../transport/index.js';
import type { Descriptor, ManifestContent } from './registry-client.js';

export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  /** The two bytes `{}`, the config of artifacts that need none. */
  emptyJson: 'application/vnd.oci.empty.v1+json',
} as const;

export const manifestMediaTypes: readonly string[] = [
  mediaTypes.ociManifest,
  mediaTypes.ociIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerIndex,
];

interface ManifestFields {
  readonly mediaType: string;
  readonly artifactType?: string;
  /** What this refers to (OCI image specification 1.1). */
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image or artifact: a config and layers. */
export interface ImageManifest extends ManifestFields {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** A list of manifests, usually one for each platform. */
export interface ImageIndex extends ManifestFields {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
}

export type Manifest = ImageManifest | ImageIndex;

/**
 * What is made here has sha256 digests; content that is named by another algorithm is proven with that one.
 *
 * @example computeDigest(Buffer.from('{}')) // 'sha256:44136fa3…'
 */
export function computeDigest(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return digestOf(createHash(algorithm).update(bytes).digest('hex'), algorithm);
}

/** The descriptor of a manifest, with what a list of referrers tells about it. */
export function describeManifest(content: ManifestContent, manifest: Manifest): Descriptor {
  const artifactType =
    manifest.artifactType ?? (manifest.kind === 'image' ? manifest.config.mediaType : undefined);
  return {
    mediaType: content.mediaType,
    digest: computeDigest(content.bytes),
    size: content.bytes.byteLength,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  };
}

/**
 * Reads a manifest or index of OCI or Docker (schema 2).
 *
 * @param where what the bytes are, for the error: `registry.example.com/a@sha256:…`
 * @throws SlipwayError `source-invalid` when it is neither
 */
export function parseManifest(bytes: Uint8Array, where: string): Manifest {
  const json = tryParseJson(Buffer.from(bytes).toString('utf8'));
  const manifests = readProperty(json, 'manifests');
  const fields = readFields(json, manifests === undefined ? 'image' : 'index');
  if (Array.isArray(manifests)) {
    return { kind: 'index', ...fields, manifests: readDescriptors(manifests, where) };
  }
  const layers = readProperty(json, 'layers');
  const config = tryReadDescriptor(readProperty(json, 'config'));
  if (!Array.isArray(layers) || config === undefined) {
    throw new SlipwayError('source-invalid', `${where} is not an OCI or Docker manifest`, {
      fix: 'Push an image or index of OCI or of Docker schema 2; schema 1 is not supported.',
    });
  }
  return { kind: 'image', ...fields, config, layers: readDescriptors(layers, where) };
}

/** The media type that a manifest's own bytes name, or undefined. */
export function tryReadMediaType(bytes: Uint8Array): string | undefined {
  return readText(tryParseJson(Buffer.from(bytes).toString('utf8')), 'mediaType');
}

function readFields(json: unknown, kind: Manifest['kind']): ManifestFields {
  const standard = kind === 'index' ? mediaTypes.ociIndex : mediaTypes.ociManifest;
  const artifactType = readText(json, 'artifactType');
  const subject = tryReadDescriptor(readProperty(json, 'subject'));
  const annotations = readTexts(json, 'annotations');
  return {
    mediaType: readText(json, 'mediaType') ?? standard,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function readDescriptors(items: readonly unknown[], where: string): readonly Descriptor[] {
  return items.map((item) => {
    const descriptor = tryReadDescriptor(item);
    if (descriptor !== undefined) return descriptor;
    throw new SlipwayError('source-invalid', `${where} has a descriptor that cannot be read`, {
      fix: 'Every descriptor needs mediaType, a digest (sha256, sha384 or sha512) and size.',
    });
  });
}

/** A descriptor, or undefined when its media type, digest or size is missing or wrong. */
export function tryReadDescriptor(json: unknown): Descriptor | undefined {
  const mediaType = readText(json, 'mediaType');
  const digest = tryParseDigest(readText(json, 'digest') ?? '');
  const size = readProperty(json, 'size');
  if (mediaType === undefined || digest === undefined) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  const artifactType = readText(json, 'artifactType');
  const annotations = readTexts(json, 'annotations');
  const data = readText(json, 'data');
  const platform = readProperty(json, 'platform');
  const urls = readProperty(json, 'urls');
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(data === undefined ? {} : { data }),
    ...(isRecord(platform) ? { platform } : {}),
    ...(Array.isArray(urls) ? { urls: urls.filter((url) => typeof url === 'string') } : {}),
  };
}

function readTexts(json: unknown, name: string): Readonly<Record<string, string>> | undefined {
  const value = readProperty(json, name);
  if (!isRecord(value)) return undefined;
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
