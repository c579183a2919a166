import { expect, test } from '@jest/globals';
import { digestOf } from '@slipway/core/image-ref';
import { mediaTypes } from './manifest.js';
import { listPlatforms } from './platforms.js';
import type { Descriptor } from './registry-client.js';

const child: Descriptor = {
  mediaType: mediaTypes.ociManifest,
  digest: digestOf('a'.repeat(64)),
  size: 1,
};

test.each<readonly [name: string, extra: Partial<Descriptor>, isPlatform: boolean]>([
  ['a platform', { platform: { os: 'linux', architecture: 'amd64' } }, true],
  ['one that names no platform', {}, true],
  ['one of an unknown architecture', { platform: { os: 'linux', architecture: 'unknown' } }, true],
  ['an attestation', { platform: { os: 'unknown', architecture: 'unknown' } }, false],
  [
    'an attestation that says so',
    { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } },
    false,
  ],
])('%s in an index is a platform or not', (_name, extra, isPlatform) => {
  const manifests = [{ ...child, ...extra }];

  const listed = listPlatforms({ kind: 'index', mediaType: mediaTypes.ociIndex, manifests });

  expect(listed).toEqual(isPlatform ? manifests : []);
});
