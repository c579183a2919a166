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
async function startSource(breaks: number, stop: 'break' | 'silence' = 'break') {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-length': `${bytes.length}` });
    if (asked > breaks) response.end(bytes);
    else response.write(bytes.subarray(0, 10), () => stop === 'break' && response.destroy());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { registry: `127.0.0.1:${address.port}`, path: 'from', countAsked: () => asked };
}

async function startTarget() {
  const server = await startServer(({ method }) => {
    if (method === 'HEAD') return { status: 404 };
    return method === 'POST' ? { status: 202, headers: { location: '/upload' } } : { status: 201 };
  });
  servers.push(server);
  const listBodies = (): readonly string[] =>
    server.requests.filter(({ method }) => method === 'PUT').map(({ body }) => body);
  return { registry: server.host, path: 'to', listBodies };
}

test('a blob goes from one registry to another, and again from its beginning after a break', async () => {
  const { client, clock } = await openTestClient();
  const [from, to] = [await startSource(1), await startTarget()];

  const state = await client.pushBlob(to, { ...blob, open: () => client.openBlob(from, blob) });

  expect(state).toBe('uploaded');
  expect(from.countAsked()).toBe(2);
  expect(to.listBodies()).toEqual([bytes.toString()]);
  expect(clock.sleeps).toEqual([500]);
});

test('a source that breaks off again and again is what the error names', async () => {
  const { client } = await openTestClient();
  const [from, to] = [await startSource(99), await startTarget()];

  const relay = client.pushBlob(to, { ...blob, open: () => client.openBlob(from, blob) });

  await expect(relay).rejects.toMatchObject({
    code: 'registry-unreachable',
    message: `${from.registry} cannot be reached (GET http://${from.registry}/v2/from/blobs/${blob.digest}): aborted`,
  });
  expect(from.countAsked()).toBe(5);
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
  const content = await client.openBlob(await startSource(1, 'silence'), blob);
  const reason = new Error('cancelled');

  const read = content.toArray();
  controller.abort(reason);

  await expect(read).rejects.toBe(reason);
});
