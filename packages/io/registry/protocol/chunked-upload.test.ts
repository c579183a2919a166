import { afterEach, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import {
  openTestClient,
  startChunkRegistry,
  type ChunkQuirk,
  type ChunkRegistry,
  type ChunkRegistryPlan,
  type InsteadOfChunk,
} from '@slipway/testing/registry';
import { computeDigest } from './index.js';
import type { BlobSource } from './registry-client.js';

const mebibyte = 1024 * 1024;
const registries: ChunkRegistry[] = [];

afterEach(async () => {
  await Promise.all(registries.splice(0).map((registry) => registry.close()));
});

async function serve(plan: ChunkRegistryPlan): Promise<ChunkRegistry> {
  const registry = await startChunkRegistry(plan);
  registries.push(registry);
  return registry;
}

interface TestBlob extends BlobSource {
  readonly bytes: Buffer;
  opened: number;
}

/** A blob whose bytes come in odd pieces. */
function blobOf(size: number, seed = 1): TestBlob {
  const bytes = Buffer.alloc(size, `blob ${seed} of ${size} bytes, `);
  const pieces = Array.from({ length: Math.ceil(size / 70_001) }, (_, index) =>
    bytes.subarray(index * 70_001, (index + 1) * 70_001),
  );
  const blob: TestBlob = {
    digest: computeDigest(bytes),
    size,
    bytes,
    opened: 0,
    open: () => {
      blob.opened += 1;
      return Readable.from(pieces, { objectMode: false });
    },
  };
  return blob;
}

async function push(
  scene: ChunkRegistry,
  ...blobs: readonly TestBlob[]
): Promise<readonly string[]> {
  const { client, logger } = await openTestClient();
  const repository = { registry: scene.host, path: 'team/orders' };
  try {
    await Promise.all(blobs.map((blob) => client.pushBlob(repository, blob)));
  } finally {
    client.close();
  }
  for (const { digest, bytes } of blobs) {
    expect(scene.blobs.get(digest)?.equals(bytes)).toBe(true);
  }
  return logger.lines;
}

test('a blob that is too large for one request goes in chunks, halved until they fit', async () => {
  const scene = await serve({ limit: mebibyte });
  const blob = blobOf(2.5 * mebibyte);

  const log = await push(scene, blob);

  expect(scene.lines).toEqual([
    'POST 0',
    'PUT 2621440',
    'POST 0',
    'PATCH 0-2621439',
    'PATCH 0-1310719',
    'PATCH 0-1048575',
    'PATCH 1048576-2097151',
    'PATCH 2097152-2621439',
    'PUT 0',
  ]);
  expect(blob.opened).toBe(2);
  expect(log).toEqual([
    `${scene.host}/team/orders does not take 2621440 bytes at once (413): sending chunks`,
  ]);
});

test('chunks begin with 16 MiB', async () => {
  const scene = await serve({ limit: 16 * mebibyte });

  await push(scene, blobOf(17 * mebibyte));

  expect(scene.lines.slice(3)).toEqual(['PATCH 0-16777215', 'PATCH 16777216-17825791', 'PUT 0']);
});

test('what was learned of a registry holds for the blobs that follow', async () => {
  const scene = await serve({ limit: mebibyte });
  const { client } = await openTestClient();
  const repository = { registry: scene.host, path: 'team/orders' };
  await client.pushBlob(repository, blobOf(4 * mebibyte));
  scene.lines.splice(0);

  await client.pushBlob(repository, blobOf(2 * mebibyte, 2));
  await client.pushBlob(repository, blobOf(1000));
  client.close();

  expect(scene.lines).toEqual([
    ...['POST 0', 'PATCH 0-1048575', 'PATCH 1048576-2097151', 'PUT 0'],
    ...['POST 0', 'PUT 1000'],
  ]);
});

test('no more than two blobs go in chunks at once', async () => {
  const scene = await serve({ limit: mebibyte });
  const blobs = [1, 2, 3, 4, 5].map((seed) => blobOf(2 * mebibyte, seed));
  const { client } = await openTestClient();
  const repository = { registry: scene.host, path: 'team/orders' };
  await client.pushBlob(repository, blobOf(2 * mebibyte, 6));
  scene.mostAtOnce = 0;

  await Promise.all(blobs.map((blob) => client.pushBlob(repository, blob)));
  client.close();

  expect(scene.mostAtOnce).toBe(2);
  expect(scene.blobs.size).toBe(6);
});

describe('a chunk that', () => {
  /** The quirk, for the second chunk that fits, once. */
  function atSecondChunk(instead: InsteadOfChunk): ChunkQuirk {
    let isDone = false;
    return ({ method, range }) => {
      if (isDone || method !== 'PATCH' || range?.startsWith('0-') !== false) return undefined;
      isDone = true;
      return instead;
    };
  }

  test.each<[string, InsteadOfChunk, readonly string[]]>([
    [
      'is answered 503 before it is kept',
      { status: 503 },
      ['GET 0', 'PATCH 1048576-2097151', 'PATCH 2097152-2621439'],
    ],
    [
      'is answered 503 after it was kept',
      { status: 503, keeps: mebibyte },
      ['GET 0', 'PATCH 2097152-2621439'],
    ],
    [
      'is answered 503 after a part was kept',
      { status: 503, keeps: 1000 },
      ['GET 0', 'PATCH 1049576-2097151', 'PATCH 2097152-2621439'],
    ],
    [
      'is answered 416 although it was kept',
      { status: 416, keeps: mebibyte },
      ['GET 0', 'PATCH 2097152-2621439'],
    ],
    [
      'is taken in part',
      { status: 202, keeps: 1000 },
      ['PATCH 1049576-2097151', 'PATCH 2097152-2621439'],
    ],
  ])('%s goes on from what the registry has', async (_name, instead, expected) => {
    const scene = await serve({ limit: mebibyte, quirk: atSecondChunk(instead) });
    const blob = blobOf(2.5 * mebibyte);

    await push(scene, blob);

    expect(scene.lines.slice(7)).toEqual([...expected, 'PUT 0']);
    expect(blob.opened).toBe(2);
  });

  test('belongs to an upload that is gone begins it again', async () => {
    const gone = { status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' };
    const scene = await serve({ limit: mebibyte, quirk: atSecondChunk(gone) });
    const blob = blobOf(2 * mebibyte);

    const log = await push(scene, blob);

    expect(blob.opened).toBe(3);
    expect(log.at(-1)).toBe(
      `${scene.host} lost the upload of ${blob.digest} before its end; beginning it again`,
    );
  });
});

test('an end whose answer is lost is looked for', async () => {
  const blob = blobOf(2 * mebibyte);
  let isDone = false;
  const scene: ChunkRegistry = await serve({
    limit: mebibyte,
    quirk: ({ method }, upload) => {
      if (isDone || method !== 'PUT' || upload.length === 0) return undefined;
      isDone = true;
      scene.blobs.set(blob.digest, Buffer.concat(upload));
      return { status: 502 };
    },
  });

  await push(scene, blob);

  expect(scene.lines.filter((line) => line === 'PUT 0')).toHaveLength(1);
});

describe('a registry that takes no chunks either', () => {
  const blob = blobOf(2 * mebibyte);
  const limit = mebibyte;
  const refusing = (status: number, fits: (range: string) => boolean): ChunkRegistryPlan => ({
    limit,
    quirk: ({ method, range }) =>
      method === 'PATCH' && fits(range ?? '') ? { status } : undefined,
  });
  const isSecond = (range: string): boolean => !range.startsWith('0-');

  test.each<[string, ChunkRegistryPlan, string, number]>([
    [
      'refuses PATCH',
      refusing(405, () => true),
      'neither at once (413) nor in chunks (PATCH: 405)',
      2097152,
    ],
    [
      'refuses the second PATCH',
      refusing(400, isSecond),
      'neither at once (413) nor in chunks (PATCH: 400)',
      2097152,
    ],
    [
      'has a limit that is too small',
      { limit: 1000 },
      'neither at once nor in chunks of 1048576: 413',
      1048576,
    ],
    [
      'wants larger chunks than it is let have',
      { limit, minimum: 1.5 * mebibyte },
      'neither at once nor in chunks of 1572864: 413',
      1572864,
    ],
    [
      'wants chunks that do not fit into memory',
      { limit, minimum: 1024 * mebibyte },
      'not at once (413), and wants chunks of at least 1073741824 bytes, of which at most 67108864 are kept in memory',
      2097152,
    ],
  ])('because it %s', async (_name, plan, told, advised) => {
    const scene = await serve(plan);

    await expect(push(scene, blob)).rejects.toMatchObject({
      code: 'registry-refused',
      message: `${scene.host} takes the 2097152 bytes of ${blob.digest} ${told}`,
      fix: `Let what stands before ${scene.host} take requests of ${advised} bytes (nginx: client_max_body_size), or push past it.`,
    });
  });

  test('because it loses every upload', async () => {
    const scene = await serve(refusing(404, isSecond));

    await expect(push(scene, blob)).rejects.toMatchObject({
      code: 'registry-refused',
      message: `${scene.host} lost the upload of ${blob.digest} before its end`,
      fix: `Ask who runs ${scene.host}: all chunks of an upload must get to the same server, or to servers that share them.`,
    });
    expect(scene.lines.filter((line) => line === 'POST 0')).toHaveLength(4);
  });
});

test('a source that breaks ends it with its own error', async () => {
  const scene = await serve({ limit: mebibyte });
  const blob = blobOf(2 * mebibyte);
  const { open } = blob;
  const broken = {
    ...blob,
    open: () =>
      blob.opened === 0
        ? open()
        : Readable.from(
            (async function* () {
              await Promise.resolve();
              yield Buffer.alloc(10);
              throw new Error('disk');
            })(),
          ),
  };

  await expect(push(scene, broken)).rejects.toThrow('disk');
});
