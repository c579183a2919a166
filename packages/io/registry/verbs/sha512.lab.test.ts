import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { parseRepository, parseTag, type Digest, type Repository } from '@slipway/core/image-ref';
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryKind,
} from '@slipway/lab/test-registry';
import { createManualClock } from '@slipway/testing/clock';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient } from '@slipway/testing/registry';
import { computeDigest, mediaTypes, type RegistryClient } from '../protocol/index.js';
import { copyImage, type CopyResult } from './index.js';

const version = parseTag('1.0.0');
const [layerText, configText] = ['a layer', '{"os":"linux"}'];

/** An image whose config and layer are named by sha512; a manifest is named by sha256, as its registry does. */
describe('an image whose parts are named by sha512', () => {
  let source: TestRegistry;
  let client: RegistryClient;
  let from: Repository;
  let image: Digest;

  beforeAll(async () => {
    source = await startTestRegistry({ kind: 'distribution-3' });
    ({ client } = await openTestClient());
    from = parseRepository(`${source.host}/sha512/from`);
    const layers = [await put('application/vnd.oci.image.layer.v1.tar', layerText)];
    const config = await put('application/vnd.oci.image.config.v1+json', configText);
    const fields = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers };
    const bytes = Buffer.from(JSON.stringify(fields));
    const { mediaType } = fields;
    image = (await client.putManifest(from, version, { mediaType, bytes })).digest;
  });

  afterAll(async () => {
    client.close();
    await source.close();
  });

  async function put(mediaType: string, text: string) {
    const bytes = Buffer.from(text);
    const blob = { digest: computeDigest(bytes, 'sha512'), size: bytes.length };
    await client.pushBlob(from, { ...blob, open: () => Readable.from([bytes]) });
    return { mediaType, ...blob };
  }

  async function copyTo(
    kind: TestRegistryKind,
    judge: (copied: Promise<CopyResult>, to: Repository) => Promise<void>,
  ): Promise<void> {
    const target = await startTestRegistry({ kind });
    const to = parseRepository(`${target.host}/sha512/to`);
    const seams = { logger: createRecordingLogger(), clock: createManualClock() };
    const tags = { tags: [version], tagPolicy: 'fail' } as const;
    try {
      const request = { from, digest: image, to };
      await judge(copyImage(client, request, { isDryRun: false, ...seams, ...tags }), to);
    } finally {
      await target.close();
    }
  }

  test.each<TestRegistryKind>(['distribution-2', 'distribution-3'])(
    'is copied to %s with the digests that it has',
    async (kind) => {
      await copyTo(kind, async (copied, to) => {
        expect(await copied).toMatchObject({ digest: image, blobs: { sent: 2 } });
        const digest = computeDigest(Buffer.from(layerText), 'sha512');
        const layer = await client.fetchBlob(to, { digest }, 100);
        expect(Buffer.from(layer).toString()).toBe(layerText);
        expect((await client.resolve(to, version))?.digest).toBe(image);
      });
    },
  );

  test.each<TestRegistryKind>(['cuelabs', 'go-containerregistry'])(
    'is refused by %s, which knows sha256 only, and gets no tag',
    async (kind) => {
      await copyTo(kind, async (copied, to) => {
        await expect(copied).rejects.toMatchObject({ code: 'registry-refused' });
        expect(await client.resolve(to, version)).toBeUndefined();
      });
    },
  );
});
