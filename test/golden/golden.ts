import { join } from 'node:path';
import { parsePinnedReference } from '@slipway/core/image-ref';
import { renderBundle, type RenderClient, type RenderedBundle } from '@slipway/flow/deployment';
import { computeDigest, mediaTypes } from '@slipway/io/registry';
import { createRecordingLogger } from '@slipway/testing/logger';
import { toolsOnPath } from '@slipway/testing/tools';
import { root } from '../docs/root.js';

/** What bundles are rendered from, and the bundles byte for byte. */
export const goldenFolder = join(root, 'test/golden/testdata');

/** Each renderer with what of `sources` it renders. */
const goldenSources = {
  manifests: { kind: 'manifests', paths: ['app'] },
  kustomization: { kind: 'kustomization', folder: 'kustom/test' },
  chart: {
    kind: 'chart',
    chart: { kind: 'folder', folder: 'chart' },
    values: ['values/{environment}.yaml'],
    releaseName: 'web',
    kubeVersion: '1.34.0',
    apiVersions: [],
  },
} as const;

export type Renderer = keyof typeof goldenSources;

/** The image of the service, as a registry has it. */
const config = Buffer.from(
  JSON.stringify({
    config: {
      Labels: {
        'org.opencontainers.image.version': '1.4.0',
        'org.opencontainers.image.revision': 'c0ffee'.repeat(6),
        'org.opencontainers.image.created': '2026-01-01T00:00:00Z',
        'org.opencontainers.image.source': 'https://github.com/shop/catalog',
        'slipway.dev/level': 'minor',
      },
    },
  }),
);
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: computeDigest(config),
      size: config.length,
    },
    layers: [],
  }),
);
const descriptor = {
  mediaType: mediaTypes.ociManifest,
  digest: computeDigest(manifest),
  size: manifest.length,
};

/** A registry in which every image is that one. */
const client: RenderClient = {
  resolve: () => Promise.resolve(descriptor),
  fetchManifest: () =>
    Promise.resolve({ bytes: manifest, mediaType: descriptor.mediaType, descriptor }),
  fetchBlob: () => Promise.resolve(config),
};

/** @param workspace the sources, or a copy of them */
export async function renderGolden(
  renderer: Renderer,
  workspace = join(goldenFolder, 'sources'),
): Promise<RenderedBundle> {
  const image = parsePinnedReference(
    `registry.example.com/shop/catalog@${computeDigest(manifest)}`,
  );
  const request = {
    service: 'catalog',
    environment: 'test',
    namespace: 'shop',
    source: goldenSources[renderer],
    images: [{ image, aliases: ['catalog'] }],
    thirdPartyImages: 'resolve',
    secrets: 'create-once',
    smokeTest: { path: '/healthz', service: 'web', timeoutMs: 5000 },
    soakMs: 60_000,
    dependsOn: ['prices'],
    workspace,
  } as const;
  return renderBundle({ client, tools: toolsOnPath, logger: createRecordingLogger() }, request);
}

/** A bundle as files: the OCI manifest, the config, the rendered manifests, the sources, and what names it. */
export function formatGolden(bundle: RenderedBundle): ReadonlyMap<string, Uint8Array> {
  const [own, manifests, sources] = bundle.blobs.map(({ bytes }) => bytes);
  return new Map(
    Object.entries({
      'bundle.json': bundle.manifest,
      'config.json': own ?? new Uint8Array(),
      'manifests.yaml': manifests ?? new Uint8Array(),
      'sources.tar': sources ?? new Uint8Array(),
      digest: Buffer.from(`${bundle.digest}\n`),
    }),
  );
}
