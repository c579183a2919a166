import { afterEach, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { digestOf, parseTag, type Repository } from '@slipway/core/image-ref';
import {
  openTestClient,
  startServer,
  type Answer,
  type SeenRequest,
  type TestServer,
} from '@slipway/testing/registry';
import { computeDigest, mediaTypes } from './index.js';

const tag = parseTag('1.0.0');
const other = digestOf('0'.repeat(64));
const empty = Buffer.from('{}');
const config = { mediaType: mediaTypes.emptyJson, digest: computeDigest(empty), size: 2 };
const manifest = Buffer.from(
  JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [] }),
);
const digest = computeDigest(manifest);
const content = { mediaType: mediaTypes.ociManifest, bytes: manifest };
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function open(reply: (request: SeenRequest) => Answer) {
  const server = await startServer(reply);
  servers.push(server);
  const repository: Repository = { registry: server.host, path: 'a' };
  const lines = (): readonly string[] =>
    server.requests.map(({ method, path }) => `${method} ${path}`);
  return { ...(await openTestClient()), repository, lines, host: server.host };
}

describe('resolve', () => {
  const whole = {
    'docker-content-digest': digest,
    'content-type': `${mediaTypes.ociManifest}; charset=utf-8`,
    'content-length': `${manifest.byteLength}`,
  };

  test('is one HEAD', async () => {
    const { client, repository, lines } = await open(() => ({ status: 200, headers: whole }));

    expect(await client.resolve(repository, tag)).toEqual({
      mediaType: mediaTypes.ociManifest,
      digest,
      size: manifest.byteLength,
    });
    expect(lines()).toEqual(['HEAD /v2/a/manifests/1.0.0']);
  });

  test.each<[string, Answer]>([
    ['no digest', { status: 200, headers: { ...whole, 'docker-content-digest': 'x' } }],
    ['no media type', { status: 200, headers: { ...whole, 'content-type': 'application/json' } }],
    ['no HEAD at all', { status: 405 }],
  ])('reads the manifest where the answer has %s', async (_name, head) => {
    const { client, repository } = await open(({ method }) =>
      method === 'HEAD' ? head : { status: 200, body: manifest.toString() },
    );

    expect(await client.resolve(repository, tag)).toEqual({
      mediaType: mediaTypes.ociManifest,
      digest,
      size: manifest.byteLength,
    });
  });

  test('a registry that answers another digest than was asked for is not trusted', async () => {
    const { client, repository, host } = await open(() => ({ status: 200, headers: whole }));

    await expect(client.resolve(repository, other)).rejects.toMatchObject({
      code: 'registry-corrupt',
      message: `${host}/a gives ${digest} for ${other}`,
    });
  });
});

describe('manifests', () => {
  test('bytes that have another digest are not handed on', async () => {
    const { client, repository } = await open(() => ({ status: 200, body: 'changed' }));

    await expect(client.fetchManifest(repository, digest)).rejects.toMatchObject({
      code: 'registry-corrupt',
    });
  });

  test('bytes that do not fit the header are not handed on', async () => {
    const headers = { 'docker-content-digest': other };
    const { client, repository } = await open(() => ({
      status: 200,
      headers,
      body: manifest.toString(),
    }));

    await expect(client.fetchManifest(repository, tag)).rejects.toMatchObject({
      code: 'registry-corrupt',
    });
  });

  test('a registry that stored something else is found out', async () => {
    const headers = { 'docker-content-digest': other };
    const { client, repository } = await open(() => ({ status: 201, headers }));

    await expect(client.putManifest(repository, tag, content)).rejects.toMatchObject({
      code: 'registry-corrupt',
    });
  });

  test('are never sent under a digest that is not theirs', async () => {
    const { client, repository, lines } = await open(() => ({ status: 201 }));

    await expect(client.putManifest(repository, other, content)).rejects.toMatchObject({
      code: 'registry-corrupt',
    });
    expect(lines()).toEqual([]);
  });
});

describe('blobs', () => {
  const blob = { digest: computeDigest(empty), size: 2, open: () => Readable.from([empty]) };

  test.each([
    [
      '/v2/a/blobs/uploads/1?_state=a%2Bb%20c&x',
      '/v2/a/blobs/uploads/1?_state=a%2Bb%20c&x&digest=',
    ],
    ['2', '/v2/a/blobs/uploads/2?digest='],
    ['http://HOST/elsewhere?a=1', '/elsewhere?a=1&digest='],
  ])('are sent to %s', async (location, target) => {
    const seen = await open(({ method }) => {
      if (method === 'HEAD') return { status: 404 };
      const headers = { location: location.replace('HOST', seen.host) };
      return method === 'POST' ? { status: 202, headers } : { status: 201 };
    });

    expect(await seen.client.pushBlob(seen.repository, blob)).toMatchObject({ state: 'uploaded' });
    expect(seen.lines()).toEqual([
      `HEAD /v2/a/blobs/${blob.digest}`,
      'POST /v2/a/blobs/uploads/',
      `PUT ${target}${encodeURIComponent(blob.digest)}`,
    ]);
    expect(seen.client.stats).toMatchObject({ requests: 3, writes: 2, bytesSent: 2 });
  });

  test('are sent from the beginning when the registry broke off', async () => {
    let hasFailed = false;
    const { client, repository, lines, clock } = await open(({ method, path }) => {
      if (method === 'HEAD') return { status: 404 };
      if (method === 'POST') return { status: 202, headers: { location: '/upload' } };
      const status = hasFailed ? 201 : 500;
      hasFailed = true;
      return { status, body: path };
    });

    expect(await client.pushBlob(repository, blob)).toMatchObject({ state: 'uploaded' });
    expect(lines().map((line) => line.split(' ')[0])).toEqual([
      ...['HEAD', 'POST', 'PUT'],
      ...['HEAD', 'POST', 'PUT'],
    ]);
    expect(clock.sleeps).toEqual([100]);
  });

  test('that are there are not sent', async () => {
    const { client, repository, lines } = await open(() => ({ status: 200 }));

    expect(await client.pushBlob(repository, blob)).toEqual({
      state: 'present',
      isConfirmed: true,
    });
    expect(lines()).toHaveLength(1);
  });

  test('that cannot be read when they are sent once more are told, too', async () => {
    let opened = 0;
    const broken = {
      ...blob,
      open: () => {
        opened += 1;
        if (opened === 1) return blob.open();
        return new Readable({ read: (): void => undefined }).destroy(new Error('disk'));
      },
    };
    let puts = 0;
    const { client, repository } = await open(({ method }) => {
      if (method === 'HEAD') return { status: 404 };
      if (method === 'POST') return { status: 202, headers: { location: '/upload' } };
      puts += 1;
      return { status: 429, headers: { 'retry-after': '1' } };
    });

    await expect(client.pushBlob(repository, broken)).rejects.toThrow('disk');
    expect({ puts, opened }).toEqual({ puts: 1, opened: 2 });
  });

  test('whose upload is begun with more words than any registry has are told with its name', async () => {
    const { client, repository, host } = await open(({ method }) =>
      method === 'HEAD'
        ? { status: 404 }
        : { status: 202, headers: { location: '/upload' }, body: 'x'.repeat(70_000) },
    );

    await expect(client.pushBlob(repository, blob)).rejects.toMatchObject({
      code: 'registry-refused',
      message: `${host} answers POST http://${host}/v2/a/blobs/uploads/ with more than 65536 bytes`,
    });
  });

  test('that cannot be read are no fault of the registry', async () => {
    const broken = {
      ...blob,
      open: () => new Readable({ read: (): void => undefined }).destroy(new Error('disk')),
    };
    const { client, repository, clock } = await open(({ method }) =>
      method === 'HEAD' ? { status: 404 } : { status: 202, headers: { location: '/upload' } },
    );

    await expect(client.pushBlob(repository, broken)).rejects.toThrow('disk');
    expect(clock.sleeps).toEqual([]);
  });

  test.each([
    ['absent', { status: 404 }, 'not-found'],
    ['changed', { status: 200, body: '[]' }, 'registry-corrupt'],
    ['cut off', { status: 200, body: '{' }, 'registry-corrupt'],
    ['larger than anyone wants', { status: 200, body: 'x'.repeat(200) }, 'registry-refused'],
  ])('%s', async (_name, answer, code) => {
    const { client, repository } = await open(() => answer);

    await expect(client.fetchBlob(repository, blob, 100)).rejects.toMatchObject({ code });
  });

  test('as a stream, end with an error when they are not what they should be', async () => {
    const { client, repository, host } = await open(() => ({ status: 200, body: '[]' }));

    const stream = await client.openBlob(repository, blob);

    await expect(stream.toArray()).rejects.toMatchObject({
      message: `${host}/a gives ${computeDigest(Buffer.from('[]'))} for the blob ${blob.digest}`,
    });
  });
});

describe('lists', () => {
  test('tags come page by page', async () => {
    const { client, repository, lines } = await open(({ path }) =>
      path.includes('last=b')
        ? { status: 200, body: '{"tags":["c"]}' }
        : {
            status: 200,
            headers: { link: '</v2/a/tags/list?last=b&n=2>; rel="next"' },
            body: '{"tags":["a","b"]}',
          },
    );

    expect(await client.listTags(repository)).toEqual(['a', 'b', 'c']);
    expect(lines()).toEqual(['GET /v2/a/tags/list?n=1000', 'GET /v2/a/tags/list?last=b&n=2']);
  });

  test('tags after one, and no more than wanted, also where the registry pays no heed', async () => {
    const { client, repository } = await open(() => ({
      status: 200,
      body: '{"tags":["a","b","c","d"]}',
    }));

    expect(await client.listTags(repository, { last: 'a', limit: 2 })).toEqual(['b', 'c']);
  });

  test.each<[string, Answer]>([
    ['no repository', { status: 404 }],
    ['null', { status: 200, body: '{"tags":null}' }],
  ])('no tags: %s', async (_name, answer) => {
    const { client, repository } = await open(() => answer);

    expect(await client.listTags(repository)).toEqual([]);
  });

  test('a page that leads to itself is told: what is missing might matter', async () => {
    const { client, repository, host } = await open(({ path }) => ({
      status: 200,
      headers: { link: `<${path}>; rel=next` },
      body: '{"tags":["a"]}',
    }));

    await expect(client.listTags(repository)).rejects.toMatchObject({
      code: 'registry-corrupt',
      message: `${host} sends a list without an end`,
    });
  });
});

describe('referrers', () => {
  test('a fallback tag that names something else is not taken for an empty list, nor written over', async () => {
    const { client, repository, lines } = await open(({ method, path }) => {
      if (method === 'PUT') return { status: 201 };
      if (path.includes('/referrers/')) return { status: 404 };
      return { status: 200, body: manifest.toString() };
    });
    const subject = { mediaType: mediaTypes.ociManifest, digest: other, size: 1 };
    const fields = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config,
      layers: [],
      subject,
    };
    const referrer = {
      mediaType: mediaTypes.ociManifest,
      bytes: Buffer.from(JSON.stringify(fields)),
    };
    const refused = { code: 'registry-corrupt' };

    await expect(client.listReferrers(repository, other)).rejects.toMatchObject(refused);
    await expect(client.pushReferrer(repository, referrer)).rejects.toMatchObject(refused);
    expect(lines().filter((line) => line.startsWith('PUT') && line.includes('sha256-'))).toEqual(
      [],
    );
  });

  const one = { mediaType: mediaTypes.ociManifest, digest, size: 1, artifactType: 'a/one' };
  const two = { ...one, digest: other, artifactType: 'a/two' };
  const body = JSON.stringify({ schemaVersion: 2, manifests: [one, two] });

  test.each([
    ['the registry filtered', { 'oci-filters-applied': 'artifactType' }, [one, two]],
    ['the registry did not filter', {}, [one]],
  ])('by type, where %s', async (_name, headers, expected) => {
    const { client, repository } = await open(() => ({ status: 200, headers, body }));

    expect(await client.listReferrers(repository, digest, { artifactType: 'a/one' })).toEqual(
      expected,
    );
  });

  test('by the fallback tag where there is no API', async () => {
    const { client, repository, lines } = await open(({ path }) =>
      path.includes('/referrers/') ? { status: 404 } : { status: 200, body },
    );

    expect(await client.listReferrers(repository, digest, { artifactType: 'a/two' })).toEqual([
      two,
    ]);
    expect(lines()[1]).toBe(`GET /v2/a/manifests/${digest.replace(':', '-')}`);
  });

  const unknown = JSON.stringify({ errors: [{ code: 'NAME_UNKNOWN', message: 'not known' }] });

  test.each<[string, Answer, number]>([
    [
      'of a repository that is not there is asked again when it is',
      { status: 404, body: unknown },
      2,
    ],
    ['that is not there at all is asked once', { status: 404 }, 1],
  ])('an API %s', async (_name, first, times) => {
    let answered = 0;
    const { client, repository, lines } = await open(({ path }) => {
      if (!path.includes('/referrers/')) return { status: 404 };
      answered += 1;
      return answered === 1 ? first : { status: 200, body };
    });

    expect(await client.listReferrers(repository, digest)).toEqual([]);
    expect(await client.listReferrers(repository, digest)).toEqual(times === 2 ? [one, two] : []);
    expect(lines().filter((line) => line.includes('/referrers/'))).toHaveLength(times);
  });
});
