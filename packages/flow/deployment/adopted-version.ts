import { SlipwayError } from '@slipway/core/errors';
import { hexOf, parsePinnedReference, parseReference } from '@slipway/core/image-ref';
import { textAt, type KubernetesObject } from '@slipway/core/manifest';
import { parseVersion, tryParseVersion, type Version } from '@slipway/core/version';
import { tryFetchVersion, type RegistryClient } from '@slipway/io/registry';
import type { LiveImage } from './adopted-images.js';

const versionLabel = 'app.kubernetes.io/version';

/**
 * Which version runs here: what the tag of its image says, else the workload’s label, else the image’s own. The
 * tag comes first: people set an image by hand and leave the label. Where none is a version, one below every
 * other that names the digest.
 *
 * @example await findVersion(client, deployment, { written: 'shop/catalog:v1.4.2', … }) // '1.4.2'
 * @example await findVersion(client, deployment, { written: 'shop/catalog:latest', … }) // '0.0.0-adopted-1f0c6a2b'
 */
export async function findVersion(
  client: Pick<RegistryClient, 'fetchManifest' | 'fetchBlob'>,
  workload: KubernetesObject | undefined,
  { written, pinned }: LiveImage,
): Promise<Version> {
  const labels = [
    textAt(workload, 'metadata', 'labels', versionLabel),
    textAt(workload, 'spec', 'template', 'metadata', 'labels', versionLabel),
  ];
  const said = [parseReference(written).tag, ...labels]
    .map((text) => tryParseVersion((text ?? '').replace(/^v/, '')))
    .find((version) => version !== undefined);
  return said ?? (await tryAskImage(client, pinned)) ?? nameByDigest(pinned);
}

/** The image may lie where only the cluster may read. */
async function tryAskImage(
  client: Pick<RegistryClient, 'fetchManifest' | 'fetchBlob'>,
  pinned: string,
): Promise<Version | undefined> {
  try {
    return await tryFetchVersion(client, parsePinnedReference(pinned));
  } catch (error) {
    if (error instanceof SlipwayError) return undefined;
    throw error;
  }
}

function nameByDigest(pinned: string): Version {
  const hex = hexOf(parsePinnedReference(pinned).digest).slice(0, 8);
  return parseVersion(`0.0.0-adopted-${hex}`);
}
