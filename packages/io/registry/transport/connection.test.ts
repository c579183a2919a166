import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parseTag, type Repository } from '@slipway/core/image-ref';
import { computeDigest } from '../protocol/index.js';
import {
  openTestClient,
  startServer,
  type Reply,
  type SeenRequest,
  type TestServer,
} from '@slipway/testing/registry';

const tag = parseTag('1.0.0');
const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(
  reply: (request: SeenRequest) => Reply,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const server = await startServer(reply, tls);
  servers.push(server);
  return server;
}

function repositoryOn(server: TestServer): Repository {
  return { registry: server.host, path: 'team/orders' };
}

/** Answers in turn, and 404 when there are no more. */
function inTurn(...replies: readonly Reply[]): () => Reply {
  const waiting = [...replies];
  return () => waiting.shift() ?? { status: 404 };
}

describe('redirects', () => {
  const content = 'content';
  const digest = computeDigest(Buffer.from(content));

  test('are followed, and another origin never sees who we are', async () => {
    const store = await serve(() => ({ status: 200, body: content }));
    const server = await serve(({ authorization, path }) => {
      if (authorization === undefined) {
        return { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };
      }
      const isFirst = path.startsWith('/v2/team/orders/blobs/');
      return isFirst
        ? { status: 307, headers: { location: '/here' } }
        : { status: 307, headers: { location: `http://${store.host}/blob?signature=s` } };
    });
    const { client } = await openTestClient({ auth: [`${server.host} ci hunter2`] });

    const bytes = await client.fetchBlob(repositoryOn(server), { digest }, 100);

    expect(Buffer.from(bytes).toString()).toBe(content);
    expect(server.requests.at(-1)?.path).toBe('/here');
    expect(server.requests.at(-1)?.authorization).toBeDefined();
    expect(store.requests).toMatchObject([{ path: '/blob?signature=s', authorization: undefined }]);
  });

  test('to a place without TLS are refused, without the query', async () => {
    const location = 'http://store.example.com/blob?signature=s';
    const server = await serve(() => ({ status: 307, headers: { location } }));
    const { client } = await openTestClient();

    await expect(client.fetchBlob(repositoryOn(server), { digest }, 100)).rejects.toMatchObject({
      code: 'registry-refused',
      message: `${server.host} points to http://store.example.com/blob?…, which is not protected by TLS`,
    });
  });

  test('without end are refused', async () => {
    const server = await serve(({ path }) => ({ status: 302, headers: { location: `${path}x` } }));
    const { client } = await openTestClient();

    await expect(client.fetchBlob(repositoryOn(server), { digest }, 100)).rejects.toMatchObject({
      code: 'registry-refused',
      message: `${server.host} redirects GET more than 5 times`,
    });
  });
});

describe('retries', () => {
  test.each<[string, Reply, readonly number[]]>([
    ['too many requests', { status: 429, headers: { 'retry-after': '9' } }, [9000]],
    ['a server that is overloaded', { status: 503 }, [100]],
    ['a connection that breaks', 'reset', [100]],
  ])('%s', async (_name, reply, sleeps) => {
    const server = await serve(inTurn(reply));
    const { client, clock } = await openTestClient();

    expect(await client.resolve(repositoryOn(server), tag)).toBeUndefined();

    expect(clock.sleeps).toEqual(sleeps);
    expect(client.stats).toMatchObject({ requests: 2, retries: 1 });
  });

  test('silence ends after the idle time', async () => {
    const server = await serve(inTurn('silence'));
    const { client, logger } = await openTestClient({ idleTimeoutMs: 50 });

    await client.resolve(repositoryOn(server), tag);

    expect(logger.lines).toEqual([
      `${server.host} cannot be reached (HEAD http://${server.host}/v2/team/orders/manifests/1.0.0): nothing came or went for 0.05 s; trying again in 0.1 s (1 of 8 failed)`,
    ]);
  });

  test('end after eight attempts with what the registry said', async () => {
    const body = '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}';
    const server = await serve(() => ({ status: 429, body }));
    const { client } = await openTestClient();

    await expect(client.fetchManifest(repositoryOn(server), tag)).rejects.toMatchObject({
      code: 'registry-unreachable',
      status: 429,
      registryMessages: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }],
      message: `${server.host} could not answer GET http://${server.host}/v2/team/orders/manifests/1.0.0: 429 TOOMANYREQUESTS (slow down)`,
    });
    expect(server.requests).toHaveLength(8);
  });

  test('are not for what the registry refuses', async () => {
    const body = '{"errors":[{"code":"MANIFEST_INVALID","message":"bad"}]}';
    const server = await serve(() => ({ status: 400, body }));
    const { client } = await openTestClient();
    const content = { mediaType: 'application/json', bytes: Buffer.from('{}') };

    await expect(client.putManifest(repositoryOn(server), tag, content)).rejects.toMatchObject({
      code: 'registry-refused',
      method: 'PUT',
      message: `${server.host} refused PUT http://${server.host}/v2/team/orders/manifests/1.0.0: 400 MANIFEST_INVALID (bad)`,
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('connections', () => {
  test('nobody there', async () => {
    const { client } = await openTestClient();
    const repository = { registry: '127.0.0.1:1', path: 'a' };

    await expect(client.resolve(repository, tag)).rejects.toMatchObject({
      code: 'registry-unreachable',
      fix: 'Check that 127.0.0.1:1 is up and that this machine may connect to it.',
    });
  });

  test('an interruption ends a request with its own reason', async () => {
    const stop = new AbortController();
    const server = await serve(() => {
      stop.abort(new Error('stopped'));
      return 'silence';
    });
    const { client } = await openTestClient({ signal: stop.signal });

    await expect(client.resolve(repositoryOn(server), tag)).rejects.toThrow('stopped');
  });
});

describe('TLS', () => {
  async function makeCertificate(): Promise<{ file: string; key: string; cert: string }> {
    const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
    const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=registry', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', key, '-out', file],
    ]);
    return { file, key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8') };
  }

  test('is used on loopback where the registry speaks it, with the certificates that are trusted', async () => {
    const { file, ...tls } = await makeCertificate();
    const server = await serve(() => ({ status: 404 }), tls);
    const trusting = await openTestClient({ caCertificates: file });
    const strict = await openTestClient();

    expect(await trusting.client.resolve(repositoryOn(server), tag)).toBeUndefined();
    await expect(strict.client.resolve(repositoryOn(server), tag)).rejects.toMatchObject({
      code: 'registry-unreachable',
      fix: `The certificate of ${server.host} is not trusted: pass the file of its authority as ca-certificates.`,
    });

    expect(server.requests).toHaveLength(1);
    expect(strict.clock.sleeps).toEqual([]);
    await rm(join(file, '..'), { recursive: true });
  });

  test('a file of certificates that is none', async () => {
    await expect(openTestClient({ caCertificates: '/nonexistent.pem' })).rejects.toMatchObject({
      code: 'invalid-input',
      problems: [{ subject: 'ca-certificates', given: '/nonexistent.pem' }],
    });
  });
});
