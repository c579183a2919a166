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
import { parseStrictJson, quote } from './strict-json.js';

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

/** Registries need to take 4 MiB; what is larger than this was not made by people. */
/** No manifest, and no config of an image, is larger. */
export const maxManifestBytes = 16 * 1024 * 1024;
const manifestLimits = { maxBytes: maxManifestBytes, maxDepth: 64 };
const maxDescriptors = 10_000;
/** What a header can carry: it is sent as Content-Type. */
const mediaTypePattern = /^[\u0021-\u007e][\u0020-\u007e]{0,254}$/;

const kindFix =
  'Push an image or index of OCI or of Docker schema 2; schema 1 and artifact manifests are not supported.';
const rebuildFix = 'Build it again, with a current version of the tool that made it.';
const descriptorFix =
  'Every descriptor needs mediaType, a digest (sha256, sha384 or sha512) and size, a whole number of bytes up to 2^53 − 1.';

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
 * Reads a manifest or index of OCI or Docker (schema 2). What two programs could read differently is refused:
 * keys that come twice or differ from a known one in upper and lower case only, what is both a manifest and an
 * index, sizes that are no whole numbers. `layers` may be absent, null or empty, as in artifacts without layers;
 * an absent `mediaType` is the one of OCI. Artifact manifests (`…oci.artifact.manifest.v1+json`, with `blobs`)
 * were withdrawn from the specification before its release, and are not read.
 *
 * @param where what the bytes are, for the error: `registry.example.com/a@sha256:…`
 * @throws SlipwayError `source-invalid` when it is neither, which names what was found
 */
export function parseManifest(bytes: Uint8Array, where: string): Manifest {
  const reading = parseStrictJson(bytes, manifestLimits);
  if (reading.kind === 'refused') throw refuse(where, reading.reason, rebuildFix);
  const json = reading.value;
  if (!isRecord(json)) throw refuse(where, 'is not an OCI or Docker manifest', kindFix);
  refuseLookalikes(json, where);
  const kind = readKind(json, where);
  const fields = readFields(json, kind, where);
  if (kind === 'index') {
    return { kind, ...fields, manifests: readDescriptors(json, 'manifests', where) };
  }
  const config = readDescriptor(readProperty(json, 'config'));
  if (typeof config === 'string') throw refuse(where, `has a config that ${config}`, descriptorFix);
  return { kind, ...fields, config, layers: readDescriptors(json, 'layers', where) };
}

/** The media type that a manifest's own bytes name, or undefined. */
export function tryReadMediaType(bytes: Uint8Array): string | undefined {
  const told = readText(tryParseJson(Buffer.from(bytes).toString('utf8')), 'mediaType') ?? '';
  return mediaTypePattern.test(told) ? told : undefined;
}

/** @throws SlipwayError when it is no manifest, or could be taken for both kinds */
function readKind(json: JsonObject, where: string): Manifest['kind'] {
  const told = readProperty(json, 'mediaType') ?? undefined;
  if (told !== undefined && (typeof told !== 'string' || !mediaTypePattern.test(told))) {
    throw refuse(where, `has a mediaType that is none: ${quote(JSON.stringify(told))}`, kindFix);
  }
  const has = (name: string): boolean => (readProperty(json, name) ?? undefined) !== undefined;
  if (has('manifests') && (has('layers') || has('config'))) {
    const other = has('layers') ? 'layers' : 'config';
    throw refuse(where, `is an index and a manifest at once: manifests and ${other}`, rebuildFix);
  }
  if (readProperty(json, 'schemaVersion') === 1 || has('fsLayers')) {
    throw refuse(where, 'is a Docker manifest of schema 1', kindFix);
  }
  const isIndex = has('manifests') || (!has('config') && kindOf(told ?? '') === 'index');
  if (!isIndex && !has('config')) {
    const type = told === undefined ? '' : ` (its mediaType is ${quote(told)})`;
    throw refuse(where, `is not an OCI or Docker manifest${type}`, kindFix);
  }
  const kind = isIndex ? 'index' : 'image';
  if (told !== undefined && (kindOf(told) ?? kind) !== kind) {
    const found = kind === 'index' ? 'a list of manifests' : 'a config';
    throw refuse(where, `has the mediaType ${quote(told)} and ${found}`, rebuildFix);
  }
  return kind;
}

function kindOf(mediaType: string): Manifest['kind'] | undefined {
  const { ociIndex, dockerIndex } = mediaTypes;
  if (!manifestMediaTypes.includes(mediaType)) return undefined;
  return mediaType === ociIndex || mediaType === dockerIndex ? 'index' : 'image';
}

function readFields(json: JsonObject, kind: Manifest['kind'], where: string): ManifestFields {
  const standard = kind === 'index' ? mediaTypes.ociIndex : mediaTypes.ociManifest;
  const artifactType = readText(json, 'artifactType');
  const annotations = readTexts(json, 'annotations');
  const named = readProperty(json, 'subject') ?? undefined;
  const subject = named === undefined ? undefined : readDescriptor(named);
  if (typeof subject === 'string') {
    throw refuse(where, `has a subject that ${subject}`, descriptorFix);
  }
  return {
    mediaType: readText(json, 'mediaType') ?? standard,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(subject === undefined ? {} : { subject }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function readDescriptors(
  json: JsonObject,
  name: 'layers' | 'manifests',
  where: string,
): readonly Descriptor[] {
  const items = readProperty(json, name) ?? [];
  if (!Array.isArray(items)) throw refuse(where, `has ${name} that are no list`, rebuildFix);
  if (items.length > maxDescriptors) {
    throw refuse(where, `lists ${items.length} ${name}, more than ${maxDescriptors}`, rebuildFix);
  }
  return items.map((item: unknown, index) => {
    const descriptor = readDescriptor(item);
    if (typeof descriptor !== 'string') return descriptor;
    const which = `${name === 'layers' ? 'a layer' : 'a manifest'} (number ${index + 1})`;
    throw refuse(where, `lists ${which} that ${descriptor}`, descriptorFix);
  });
}

/** A descriptor, or undefined when its media type, digest or size is missing or wrong. */
export function tryReadDescriptor(json: unknown): Descriptor | undefined {
  const descriptor = readDescriptor(json);
  return typeof descriptor === 'string' ? undefined : descriptor;
}

/** A descriptor, or what is wrong with it: `has no digest`. */
function readDescriptor(json: unknown): Descriptor | string {
  if (!isRecord(json)) return 'is no descriptor';
  const lookalike = findLookalike(json, ['mediaType', 'digest', 'size']);
  if (lookalike !== undefined) return `has a key ${quote(lookalike)}`;
  const mediaType = readText(json, 'mediaType');
  if (mediaType === undefined) return 'has no mediaType';
  if (!mediaTypePattern.test(mediaType)) return `has the mediaType ${quote(mediaType)}`;
  const told = readText(json, 'digest');
  if (told === undefined) return 'has no digest';
  const digest = tryParseDigest(told);
  if (digest === undefined) return `has the digest ${quote(told)}`;
  const size = readProperty(json, 'size');
  if (typeof size !== 'number') return 'has no size';
  if (!Number.isSafeInteger(size) || size < 0) return `has the size ${size}`;
  return { mediaType, digest, size, ...readOptions(json) };
}

function readOptions(json: JsonObject): Partial<Descriptor> {
  const artifactType = readText(json, 'artifactType');
  const annotations = readTexts(json, 'annotations');
  const data = readText(json, 'data');
  const platform = readProperty(json, 'platform');
  const urls = readProperty(json, 'urls');
  return {
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

/** Readers that ignore case (Go's do) would read another field than we do. */
function refuseLookalikes(json: JsonObject, where: string): void {
  const known = ['schemaVersion', 'mediaType', 'config', 'layers', 'manifests', 'subject'];
  const found = findLookalike(json, known);
  if (found === undefined) return;
  throw refuse(where, `has a key ${quote(found)}, which some take for another`, rebuildFix);
}

/** @example findLookalike({ Layers: [] }, ['layers']) // 'Layers' */
function findLookalike(json: JsonObject, known: readonly string[]): string | undefined {
  const folded = new Map(known.map((name) => [name.toLowerCase(), name]));
  return Object.keys(json).find((key) => {
    const meant = folded.get(key.toUpperCase().toLowerCase());
    return meant !== undefined && meant !== key;
  });
}

function refuse(where: string, reason: string, fix: string): SlipwayError {
  return new SlipwayError('source-invalid', `${where} ${reason}`, { fix });
}

type JsonObject = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
