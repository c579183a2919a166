import type { ImageIndex } from './manifest.js';
import type { Descriptor } from './registry-client.js';

/**
 * The manifests of an index that can be run: what BuildKit adds beside them to attest to one of them
 * (`vnd.docker.reference.type`, platform unknown/unknown) is no platform.
 *
 * @example listPlatforms(index).map(({ platform }) => platform) // [{ os: 'linux', architecture: 'amd64' }]
 */
export function listPlatforms({ manifests }: ImageIndex): readonly Descriptor[] {
  return manifests.filter(({ annotations, platform }) => {
    const { os, architecture } = { ...platform };
    const isUnknown = os === 'unknown' && architecture === 'unknown';
    return !isUnknown && annotations?.['vnd.docker.reference.type'] === undefined;
  });
}
