import { afterEach, expect, test } from '@jest/globals';
import { digestOf, parseTag, type Digest } from '@slipway/core/image-ref';
import { createRecordingLogger } from '@slipway/testing/logger';
import { openTestClient, startServer, type TestServer } from '@slipway/testing/registry';
import type { ContentManifest, ImageContent } from '../content/index.js';
import { computeDigest, mediaTypes, parseManifest } from '../protocol/index.js';
import { dropHeldTags } from './held-tags.js';
import { TargetView } from './target-view.js';

const tag = parseTag(`sha256-${'a'.repeat(64)}.sig`);
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** What cosign keeps: a layer for each signature. */
function sign(signatures: readonly string[], config = digestOf('f'.repeat(64))): ContentManifest {
  const mediaType = mediaTypes.ociManifest;
  const describe = (hex: string) => ({ mediaType: 'x', digest: digestOf(hex.repeat(64)), size: 1 });
  const layers = signatures.map(describe);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { ...describe('f'), digest: config },
      layers,
    }),
  );
  const descriptor = { mediaType, digest: computeDigest(bytes), size: bytes.length };
  return { descriptor, content: { mediaType, bytes }, manifest: parseManifest(bytes, 'x') };
}

const image = sign(['0']);

/** The image and its signatures in the source, where the target has others, or none. */
async function judge(ours: readonly string[], theirs?: readonly string[], theirConfig?: Digest) {
  const held = theirs && sign(theirs, theirConfig);
  const server = await startServer(() =>
    held === undefined
      ? { status: 404 }
      : {
          status: 200,
          headers: { 'content-type': mediaTypes.ociManifest },
          body: Buffer.from(held.content.bytes).toString(),
        },
  );
  servers.push(server);
  const signature = { ...sign(ours), tags: [tag] };
  const content: ImageContent = {
    root: image,
    manifests: [image, signature],
    blobs: [],
    openBlob: () => Promise.reject(new Error('not asked for')),
  };
  const { client } = await openTestClient();
  const logger = createRecordingLogger();
  const target = { registry: server.host, path: 'a' };
  return {
    signature,
    name: `${server.host}/a:${tag}`,
    theirs: held?.descriptor.digest ?? 'none',
    logger,
    copied: dropHeldTags(client, new TargetView(client, target, false), content, target, logger),
  };
}

test.each<[string, readonly string[], readonly string[] | undefined]>([
  ['has none', ['1', '2'], undefined],
  ['has the same', ['1', '2'], ['1', '2']],
  ['has a part of them', ['1', '2'], ['2']],
])('signatures are copied where the target %s', async (_name, ours, theirs) => {
  const { copied, signature, logger } = await judge(ours, theirs);

  expect((await copied).manifests).toEqual([image, signature]);
  expect(logger.lines).toEqual([]);
});

test('signatures stay where the target has more, and their blobs are not copied', async () => {
  const { copied, name, theirs, logger } = await judge(['1'], ['1', '2']);

  const { manifests, blobs } = await copied;

  expect(manifests).toEqual([image]);
  expect(blobs.map(({ digest }) => digest)).toEqual(
    ['f', '0'].map((hex) => digestOf(hex.repeat(64))),
  );
  expect(logger.lines).toEqual([
    `${name} stays at ${theirs}: it holds all that is copied, and more`,
  ]);
});

test('what keeps nothing in layers is not replaced by something else that keeps nothing there', async () => {
  const config = digestOf('e'.repeat(64));
  const { copied } = await judge([], [], config);

  await expect(copied).rejects.toMatchObject({ code: 'tag-taken' });
});

test('signatures are not lost where each has its own', async () => {
  const { copied, name, theirs, signature } = await judge(['1', '2'], ['2', '3']);

  await expect(copied).rejects.toMatchObject({
    code: 'tag-taken',
    message: `${name.replace(`:${tag}`, '')} has other signatures of this image; copying would lose them`,
    problems: [
      {
        subject: name,
        given: tag,
        expected: `a tag that is free or holds a part of ${signature.descriptor.digest}, but it names ${theirs}`,
        fix: 'Sign the image in the source with what only the target has, or delete the tag there if it is not needed.',
      },
    ],
  });
});
