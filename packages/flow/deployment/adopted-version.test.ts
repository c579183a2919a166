import { expect, test } from '@jest/globals';
import { digestOf, parseDigest } from '@slipway/core/image-ref';
import type { KubernetesObject } from '@slipway/core/manifest';
import { SlipwayError } from '@slipway/core/errors';
import { findVersion } from './adopted-version.js';

const pinned = `r.example.com/shop/catalog@${digestOf('01234567'.repeat(8))}`;

function workload(label?: string, templateLabel?: string): KubernetesObject {
  const labels = (version?: string) =>
    version === undefined ? {} : { labels: { 'app.kubernetes.io/version': version } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'catalog', ...labels(label) },
    spec: { template: { metadata: labels(templateLabel) } },
  };
}

/** A registry whose image says its version in an annotation, or not at all. */
function registryWith(version: string | undefined): Parameters<typeof findVersion>[0] {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: digestOf('c'.repeat(64)),
    size: 2,
  };
  const annotations = { 'org.opencontainers.image.version': version };
  const manifest = { schemaVersion: 2, mediaType, config, layers: [], annotations };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return {
    fetchManifest: (_repository, reference) =>
      Promise.resolve({
        bytes,
        mediaType,
        descriptor: { mediaType, digest: parseDigest(reference), size: bytes.length },
      }),
    fetchBlob: () => Promise.resolve(Buffer.from('{}')),
  };
}

test.each<[string, string, KubernetesObject, string | undefined, string]>([
  ['the tag', ':1.4.2', workload('1.0.0'), '9.9.9', '1.4.2'],
  ['the tag with a v', ':v1.4.2', workload(), undefined, '1.4.2'],
  ['the label, where the tag is none', ':latest', workload('v1.3.0'), '9.9.9', '1.3.0'],
  ['the pods’ label', '', workload(undefined, '1.2.0'), undefined, '1.2.0'],
  ['the image’s own, where no label is one', ':stable', workload('blue'), '1.1.0', '1.1.0'],
  ['the digest, below every version', ':latest', workload(), undefined, '0.0.0-adopted-01234567'],
  [
    'the digest, where the image’s own is none',
    ':1.4',
    workload('1.4'),
    '22.04',
    '0.0.0-adopted-01234567',
  ],
])('%s', async (_name, tag, object, own, expected) => {
  const written = `r.example.com/shop/catalog${tag}`;

  const version = await findVersion(registryWith(own), object, {
    object: 'Deployment catalog',
    container: 'web',
    written,
    pinned,
  });

  expect(version).toBe(expected);
});

test('an image that only the cluster may read', async () => {
  const denied = () => Promise.reject(new SlipwayError('registry-denied', 'no'));

  const version = await findVersion({ fetchManifest: denied, fetchBlob: denied }, workload(), {
    object: 'Deployment catalog',
    container: 'web',
    written: 'r.example.com/x:a',
    pinned,
  });

  expect(version).toBe('0.0.0-adopted-01234567');
});
