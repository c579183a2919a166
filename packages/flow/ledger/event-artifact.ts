import { canonicalJson } from '@slipway/core/canonical-json';
import { SlipwayError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import { recordAt, textAt } from '@slipway/core/manifest';
import { eventMediaType, parseEvent, type LedgerEvent } from '@slipway/core/release';
import {
  computeDigest,
  mediaTypes,
  type FetchedManifest,
  type ManifestContent,
} from '@slipway/io/registry';

/** An event as OCI content: the blob, and the manifest that holds the same bytes in its config descriptor. */
export interface EventArtifact {
  readonly blob: { readonly digest: Digest; readonly bytes: Uint8Array };
  readonly manifest: ManifestContent;
  /** Of the manifest: what `previous` of the next event says. */
  readonly digest: Digest;
}

/** Same event, same bytes (OCI image specification 1.1, artifact guidance; `data` of the config is the event). */
export function buildEventArtifact(event: LedgerEvent): EventArtifact {
  const bytes = Buffer.from(canonicalJson(event));
  const blob = { digest: computeDigest(bytes), bytes };
  const text = canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: eventMediaType,
    config: {
      mediaType: eventMediaType,
      digest: blob.digest,
      size: bytes.length,
      data: bytes.toString('base64'),
    },
    layers: [],
  });
  const manifest = { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(text) };
  return { blob, manifest, digest: computeDigest(manifest.bytes) };
}

/**
 * Reads the event out of its manifest, without a second request.
 *
 * @throws SlipwayError `ledger-broken` when the manifest holds none
 */
export function readEventArtifact(manifest: FetchedManifest, tag: string): LedgerEvent {
  const value: unknown = JSON.parse(Buffer.from(manifest.bytes).toString('utf8'));
  const config = recordAt(value, 'config');
  const data = textAt(config, 'data');
  if (textAt(config, 'mediaType') !== eventMediaType || data === undefined) {
    throw new SlipwayError('ledger-broken', `${tag} is not an event of Slipway`, {
      fix: 'Run slipway verify; somebody else may have written into the ledger’s repository.',
    });
  }
  const bytes = Buffer.from(data, 'base64');
  if (computeDigest(bytes) !== textAt(config, 'digest')) {
    throw new SlipwayError(
      'ledger-broken',
      `${tag} holds an event that is not what its digest says`,
      {
        fix: 'Run slipway verify; the ledger was changed by somebody else.',
      },
    );
  }
  return parseEvent(bytes.toString('utf8'), tag);
}
