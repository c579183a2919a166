import { afterEach, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { parseTag, type Repository } from '@slipway/core/image-ref';
import {
  openTestClient,
  startServer,
  type Answer,
  type SeenRequest,
  type TestServer,
} from '@slipway/testing/registry';
import { computeDigest, mediaTypes } from './index.js';

const tag = parseTag('1.0.0');
const bytes = Buffer.from('{}');
const manifest = { mediaType: mediaTypes.ociManifest, bytes };
const blob = { digest: computeDigest(bytes), size: 2, open: () => Readable.from([bytes]) };
const lost = new Error('the lock is lost');
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A client whose right to write ends after some writes. */
async function open(writesLeft: number, reply: (request: SeenRequest) => Answer) {
  const server = await startServer(reply);
  servers.push(server);
  const repository: Repository = { registry: server.host, path: 'a' };
  const { client } = await openTestClient();
  let left = writesLeft;
  const guarded = client.guardedBy(() => {
    if (left === 0) throw lost;
    left -= 1;
  });
  const lines = (): readonly string[] =>
    server.requests
      .map(({ method, path }) => `${method} ${path}`)
      .filter((line) => !line.endsWith('v2/'));
  return { guarded, repository, lines };
}

test('nothing is written without the right to, and reading needs none', async () => {
  const { guarded, repository, lines } = await open(0, () => ({ status: 404 }));

  await guarded.fetchManifest(repository, tag);
  await guarded.resolve(repository, tag);
  const written = guarded.putManifest(repository, tag, manifest);
  const pushed = guarded.pushBlob(repository, blob);

  await expect(written).rejects.toBe(lost);
  await expect(pushed).rejects.toBe(lost);
  expect(lines().filter((line) => !/^(?:GET|HEAD) /.test(line))).toEqual([]);
});

test('what is sent again asks again', async () => {
  const { guarded, repository, lines } = await open(1, () => ({ status: 503 }));

  const written = guarded.putManifest(repository, tag, manifest);

  await expect(written).rejects.toBe(lost);
  expect(lines()).toEqual(['PUT /v2/a/manifests/1.0.0']);
});

test('what comes between two parts of an upload is noticed', async () => {
  const { guarded, repository, lines } = await open(1, ({ method }) =>
    method === 'POST'
      ? { status: 202, headers: { location: '/v2/a/blobs/uploads/7' } }
      : { status: 404 },
  );

  const pushed = guarded.pushBlob(repository, blob);

  await expect(pushed).rejects.toBe(lost);
  expect(lines().at(-1)).toBe('POST /v2/a/blobs/uploads/');
});

test('a guard within a guard: both are asked', async () => {
  const { guarded, repository, lines } = await open(5, () => ({ status: 201 }));
  const inner = guarded.guardedBy(() => {
    throw new Error('no');
  });

  await expect(inner.putManifest(repository, tag, manifest)).rejects.toThrow('no');
  expect(lines()).toEqual([]);
});
