import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, parseTag, type Repository } from '@slipway/core/image-ref';
import { forEachTrial, mutateJson, mutateText, type Chooser } from '@slipway/testing/fuzz';
import {
  openTestClient,
  startServer,
  type Reply,
  type TestServer,
} from '@slipway/testing/registry';
import { computeDigest, mediaTypes, type RegistryClient } from './index.js';

const tag = parseTag('1.0.0');
const bytes = Buffer.from('{}');
const blob = { digest: computeDigest(bytes), size: 2 };
const config = { mediaType: mediaTypes.emptyJson, ...blob };
const subject = { mediaType: mediaTypes.ociManifest, digest: digestOf('a'.repeat(64)), size: 1 };
const image = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [], subject };
const manifest = { mediaType: mediaTypes.ociManifest, bytes: Buffer.from(JSON.stringify(image)) };
const digest = computeDigest(manifest.bytes);

let server: TestServer;
let reply: () => Reply;

beforeAll(async () => {
  server = await startServer(() => reply());
});

afterAll(async () => {
  await server.close();
});

/** An answer with things that registries say, and never what the request asks for. */
function answer(choose: Chooser): Reply {
  if (choose.chance(0.02)) return 'reset';
  const bodies = [
    image,
    { tags: ['1.0.0', 'x'] },
    { manifests: [subject, config] },
    { token: 'x' },
  ];
  const headers = {
    'content-type': `${choose.of(Object.values(mediaTypes))}; charset=utf-8`,
    'docker-content-digest': choose.of([digest, blob.digest, subject.digest]),
    'oci-subject': subject.digest,
    'oci-filters-applied': 'artifactType',
    location: choose.of(['/v2/a/blobs/uploads/7?state=x%2Fy', '?x', '/v2/a/manifests/1.0.0']),
    link: '</v2/a/tags/list?last=x&n=2>; rel="next"',
    range: '0-1',
    'content-range': 'bytes 1-1/2',
    'www-authenticate': `Bearer realm="http://${server.host}/token",service="r",scope="x"`,
    'retry-after': choose.of(['1', '-1', '1e9', 'Wed, 21 Oct 2026 07:28:00 GMT']),
    warning: '299 - "be careful"',
  };
  const sent = Object.entries(headers)
    .filter(() => choose.chance(0.6))
    .map(([name, value]): [string, string] => [name, broken(value, choose)]);
  return {
    status: choose.of([
      200, 200, 200, 201, 202, 204, 206, 301, 307, 400, 401, 404, 405, 416, 429, 503,
    ]),
    headers: Object.fromEntries(sent),
    body: choose.chance(0.3) ? bytes.toString() : mutateJson(choose.of(bodies), choose),
  };
}

/** Node itself refuses to send or to read what is not of these characters, or very long. */
function broken(value: string, choose: Chooser): string {
  const text = choose.chance(0.7) ? value : mutateText(value, choose);
  return text.replaceAll(/[^\t\u0020-\u007e\u00a0-\u00ff]/g, '').slice(0, 1000);
}

async function readAll(stream: Readable): Promise<void> {
  await stream.toArray();
}

const calls: readonly ((client: RegistryClient, at: Repository) => Promise<unknown>)[] = [
  (client, at) => client.resolve(at, tag),
  (client, at) => client.fetchManifest(at, tag),
  (client, at) => client.fetchManifest(at, digest),
  (client, at) => client.hasBlob(at, blob.digest),
  (client, at) => client.fetchBlob(at, blob, 100),
  async (client, at) => readAll(await client.openBlob(at, blob)),
  (client, at) => client.pushBlob(at, { ...blob, open: () => Readable.from([bytes]) }),
  (client, at) => client.putManifest(at, tag, manifest),
  (client, at) => client.pushReferrer(at, manifest),
  (client, at) => client.listTags(at, { limit: 50 }),
  (client, at) => client.tryListAllTags(at),
  (client, at) => client.listReferrers(at, digest, { artifactType: 'a/b' }),
];

test('whatever a registry says, a call ends well or in one sentence', async () => {
  const seen = { good: 0, refused: 0 };

  await forEachTrial(async (choose) => {
    const auth = choose.chance(0.5) ? [`${server.host} ci hunter2`] : [];
    const { client, logger } = await openTestClient({ auth, idleTimeoutMs: 500 });
    // More answers than any call may need; after that the registry is at peace.
    let left = 40;
    reply = () => ((left -= 1) > 0 ? answer(choose) : { status: 404, body: '' });
    try {
      await choose.of(calls)(client, { registry: server.host, path: 'a' });
      seen.good += 1;
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code === 'internal') throw error;
      if (!/^\P{Cc}{1,1000}$/u.test(error.message)) throw new Error(JSON.stringify(error.message));
      if (`${error.message}${logger.lines.join()}`.includes('hunter2')) throw new Error('a secret');
      seen.refused += 1;
    } finally {
      client.close();
    }
  }, 0.5);

  expect(seen.good).toBeGreaterThan(10);
  expect(seen.refused).toBeGreaterThan(10);
}, 120_000);
