import { canonicalJson } from '@slipway/core/canonical-json';
import { describeError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import {
  eventMediaType,
  formatEventTag,
  parseEvent,
  type BreakKind,
  type ChainEntry,
  type LedgerEvent,
} from '@slipway/core/release';
import {
  computeDigest,
  mediaTypes,
  parseManifest,
  type FetchedManifest,
  type ImageManifest,
  type ManifestContent,
} from '@slipway/io/registry';

/** An event as OCI content: a manifest that holds it, so that to write it takes one request. */
export interface EventArtifact {
  readonly manifest: ManifestContent;
  /** Of the manifest: what `previous` of the next event says. */
  readonly digest: Digest;
}

/**
 * Both stand at the layer, where cosign keeps kilobytes in every registry: of a manifest’s own annotations GHCR takes
 * no more than 256 letters (agntcy/dir#922).
 */
const eventAnnotation = 'dev.slipway.event';
/** The tag that it was written for (OCI image specification, annotations): an event says where it belongs. */
const tagAnnotation = 'org.opencontainers.image.ref.name';

const emptyBytes = Buffer.from('{}');
/** What artifacts without content have for config and layer (OCI image specification 1.1, guidance for artifacts). */
export const emptyBlob = {
  digest: computeDigest(emptyBytes),
  size: emptyBytes.length,
  bytes: emptyBytes,
} as const;

/** Same event, same bytes. */
export function buildEventArtifact(event: LedgerEvent, environment: string): EventArtifact {
  const { digest, size, bytes } = emptyBlob;
  const mediaType = mediaTypes.emptyJson;
  const empty = { mediaType, digest, size, data: bytes.toString('base64') };
  const annotations = {
    [eventAnnotation]: canonicalJson(event),
    [tagAnnotation]: formatEventTag(environment, event.sequence),
  };
  const text = canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: eventMediaType,
    config: empty,
    layers: [{ ...empty, annotations }],
  });
  const manifest = { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(text) };
  return { manifest, digest: computeDigest(manifest.bytes) };
}

/**
 * What a manifest is that was found under the tag of an event.
 *
 * @param tag where it was found; the head of an environment, where every event of it is in its place
 */
export function readEventArtifact(
  { bytes, descriptor }: FetchedManifest,
  tag: string,
  environment: string,
): ChainEntry {
  const manifest = tryParseManifest(bytes);
  if (manifest?.artifactType !== eventMediaType) {
    return broken('foreign', tag, 'it is not an event of Slipway');
  }
  const annotations = manifest.layers[0]?.annotations ?? {};
  const told = annotations[tagAnnotation] ?? '';
  try {
    const event = parseEvent(annotations[eventAnnotation] ?? '', tag);
    const own = formatEventTag(environment, event.sequence);
    if (told !== own) return explainPlace(tag, told, environment);
    if (tag !== own && tag !== environment) {
      return broken('re-ordered', tag, `${own} stands in its place`);
    }
    return { state: 'event', link: { tag: own, digest: descriptor.digest, event } };
  } catch (error) {
    return broken('tampered', tag, describeError(error));
  }
}

/** It was written for another tag than its own number and environment make. */
function explainPlace(tag: string, told: string, environment: string): ChainEntry {
  if (told === '') return broken('foreign', tag, 'it does not say which tag it was written for');
  return told.startsWith(`${environment}.`)
    ? broken('tampered', tag, `it was written as ${told}, and has another number now`)
    : broken('foreign', tag, `it is an event of another environment: ${told}`);
}

function tryParseManifest(bytes: Uint8Array): ImageManifest | undefined {
  try {
    const manifest = parseManifest(bytes, '');
    return manifest.kind === 'image' ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function broken(kind: BreakKind, tag: string, sentence: string): ChainEntry {
  return { state: 'broken', reason: { kind, tag, sentence } };
}
