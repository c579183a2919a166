import { afterEach, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { openTestClient, startServer, type TestServer } from '@slipway/testing/registry';
import { computeDigest } from './index.js';

const bytes = Buffer.from('a blob that is passed on from one registry to another');
const blob = { digest: computeDigest(bytes), size: bytes.length };
const servers: (TestServer | Server)[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await server.close();
  }
});

/** A source that stops in the middle of its first `breaks` answers: breaks off, or is silent. */
async function startSource(
  breaks: number,
  { stop = 'break', ranged = true }: { stop?: 'break' | 'silence'; ranged?: boolean } = {},
) {
  const ranges: (string | undefined)[] = [];
  const server = createServer(({ headers: { range } }, response) => {
    ranges.push(range);
    const start = ranged ? Number(/\d+/.exec(range ?? '0')?.[0]) : 0;
    const rest = bytes.subarray(start);
    response.writeHead(start === 0 ? 200 : 206, {
      'content-length': `${rest.length}`,
      ...(start === 0
        ? {}
        : { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (ranges.length > breaks) response.end(rest);
    else response.write(rest.subarray(0, 10), () => stop === 'break' && response.destroy());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { registry: `127.0.0.1:${address.port}`, path: 'from', ranges };
}

async function startTarget() {
  const server = await startServer(({ method }) => {
    if (method === 'HEAD') return { status: 404 };
    return method === 'POST' ? { status: 202, headers: { location: '/upload' } } : { status: 201 };
  });
  servers.push(server);
  const listBodies = (): readonly string[] =>
    server.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
  const listPaths = (): readonly string[] => server.requests.map(({ path }) => path);
  return { registry: server.host, path: 'to', listBodies, listPaths };
}

test('a source that breaks off is asked for the rest, and the target notices nothing', async () => {
  const { client, clock } = await openTestClient();
  const [from, to] = [await startSource(1), await startTarget()];

  const { state } = await client.pushBlob(to, { ...blob, open: () => client.openBlob(from, blob) });

  expect(state).toBe('uploaded');
  expect(from.ranges).toEqual([undefined, 'bytes=10-']);
  expect(to.listBodies()).toEqual([bytes.toString()]);
  expect({ sleeps: clock.sleeps, retries: client.stats.retries }).toEqual({
    sleeps: [],
    retries: 1,
  });
});

test('a source that does not know ranges sends all again, of which the rest is taken', async () => {
  const { client } = await openTestClient();
  const from = await startSource(2, { ranged: false });

  const content = await (await client.openBlob(from, blob)).toArray();

  expect(Buffer.concat(content).toString()).toBe(bytes.toString());
  expect(from.ranges).toEqual([undefined, 'bytes=10-', 'bytes=10-']);
});

test('a part is read from the byte that is asked for', async () => {
  const { client } = await openTestClient();

  const content = await client.openBlob(await startSource(0), blob, 7);

  expect(Buffer.concat(await content.toArray()).toString()).toBe(bytes.subarray(7).toString());
});

test('a source that breaks off again and again is what the error names', async () => {
  const { client } = await openTestClient();
  const [from, to] = [await startSource(99, { ranged: false }), await startTarget()];

  const relay = client.pushBlob(to, { ...blob, open: () => client.openBlob(from, blob) });

  await expect(relay).rejects.toMatchObject({
    code: 'registry-unreachable',
    message: `${from.registry} cannot be reached (GET http://${from.registry}/v2/from/blobs/${blob.digest}): aborted`,
  });
  expect(from.ranges).toHaveLength(9);
  expect(to.listBodies()).toEqual([]);
});

test('an abort ends a relay with its reason', async () => {
  const controller = new AbortController();
  const { client } = await openTestClient({ signal: controller.signal });
  const [from, to] = [await startSource(0), await startTarget()];
  const reason = new Error('cancelled');

  const relay = client.pushBlob(to, {
    ...blob,
    open: async () => {
      const content = await client.openBlob(from, blob);
      controller.abort(reason);
      return content;
    },
  });

  await expect(relay).rejects.toBe(reason);
  expect(to.listBodies()).toEqual([]);
});

test('an abort ends a stream in the middle, with its reason', async () => {
  const controller = new AbortController();
  const { client } = await openTestClient({ signal: controller.signal });
  const content = await client.openBlob(await startSource(1, { stop: 'silence' }), blob);
  const reason = new Error('cancelled');

  const read = content.toArray();
  controller.abort(reason);

  await expect(read).rejects.toBe(reason);
});

test('of a source that sends more than the blob has, not one byte too many is handed on', async () => {
  const { client } = await openTestClient();
  const smuggled =
    'PUT /v2/victim/manifests/latest HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}';
  const source = createServer((_request, response) => {
    response.write(bytes);
    response.write(smuggled); // and the answer stays open
  });
  servers.push(source);
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
  const address = source.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const from = { registry: `127.0.0.1:${address.port}`, path: 'from' };
  const to = await startTarget();

  const relay = client.pushBlob(to, { ...blob, open: () => client.openBlob(from, blob) });

  await expect(relay).rejects.toMatchObject({
    code: 'registry-corrupt',
    message: `${from.registry}/from gives more than ${bytes.length} bytes for the blob ${blob.digest} of ${bytes.length} bytes`,
  });
  expect(to.listPaths().filter((path) => path.includes('victim'))).toEqual([]);
});

test('a source that cannot be had is asked for one round of attempts, and the target is not asked again', async () => {
  const { client } = await openTestClient();
  const source = await startServer(() => ({ status: 503 }));
  servers.push(source);
  const to = await startTarget();
  const from = { registry: source.host, path: 'from' };

  const relay = client.pushBlob(to, { ...blob, open: () => client.openBlob(from, blob) });

  await expect(relay).rejects.toMatchObject({ code: 'registry-unreachable' });
  expect(source.requests).toHaveLength(8);
  expect(to.listPaths()).toHaveLength(2); // HEAD and POST
});
