import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseTag, type Repository } from '@slipway/core/image-ref';
import { startTestProxy, type ProxyPlan, type TestProxy } from '@slipway/testing/proxy';
import {
  openTestClient,
  startServer,
  type ClientSettings,
  type Reply,
  type SeenRequest,
  type TestServer,
} from '@slipway/testing/registry';
import { runCommand } from '../../command/index.js';
import { computeDigest, type RegistryClient } from '../protocol/index.js';

const tag = parseTag('1.0.0');
const absent: Reply = { status: 404 };
const asked = 'registry.example.com/v2/team/orders/manifests/1.0.0';
const overTls = repositoryOn('registry.example.com');
const overPlain = repositoryOn('registry.example.com:5000');
const closers: (() => Promise<void>)[] = [];
let folder: string;
let keys: { readonly file: string; readonly key: string; readonly cert: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proxied-'));
  const [key, file] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = 'IP:127.0.0.1,DNS:registry.example.com,DNS:auth.example.com';
  await runCommand([
    'openssl',
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-nodes', '-subj', '/CN=registry', '-addext', `subjectAltName=${names}`, '-days', '2'],
    ...['-keyout', key, '-out', file],
  ]);
  keys = { file, key: await readFile(key, 'utf8'), cert: await readFile(file, 'utf8') };
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

afterAll(() => rm(folder, { recursive: true }));

function repositoryOn(registry: string): Repository {
  return { registry, path: 'team/orders' };
}

interface Scene {
  readonly server: TestServer;
  readonly proxy: TestProxy;
  readonly open: (change?: Partial<ClientSettings>) => ReturnType<typeof openTestClient>;
}

/** A registry that only the proxy can find, as `registry.example.com` and `auth.example.com`. */
async function setUp(
  plan: Partial<ProxyPlan> & { readonly isPlain?: boolean } = {},
  reply: (request: SeenRequest) => Reply = () => absent,
): Promise<Scene> {
  const { isPlain = false, ...rest } = plan;
  const server = await startServer(reply, isPlain ? undefined : keys);
  const names = ['registry.example.com:443', 'auth.example.com:443', 'registry.example.com:5000'];
  const hosts = Object.fromEntries(names.map((name) => [name, server.host]));
  const proxy = await startTestProxy({ hosts, ...rest });
  closers.push(server.close, proxy.close);
  const open: Scene['open'] = async (change = {}) => {
    const opened = await openTestClient({
      caCertificates: keys.file,
      plainHttp: ['registry.example.com:5000'],
      proxy: { HTTPS_PROXY: `http://${proxy.host}`, HTTP_PROXY: `http://${proxy.host}` },
      ...change,
    });
    closers.push(ending(opened.client));
    return opened;
  };
  return { server, proxy, open };
}

function ending(client: RegistryClient): () => Promise<void> {
  return () => {
    client.close();
    return Promise.resolve();
  };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'it succeeds',
    (error: unknown) => error,
  );
}

describe('a registry with TLS', () => {
  test('is reached through one tunnel, which is kept', async () => {
    const { server, proxy, open } = await setUp();
    const { client } = await open();

    await client.fetchManifest(overTls, tag);
    await client.fetchManifest(overTls, tag);

    expect(server.requests).toHaveLength(2);
    expect(proxy.asked).toEqual([
      { method: 'CONNECT', target: 'registry.example.com:443', status: 200 },
    ]);
  });

  test('is reached through a proxy with TLS', async () => {
    const { server, proxy, open } = await setUp({ tls: keys });
    const { client } = await open({ proxy: { https_proxy: `https://${proxy.host}` } });

    await client.resolve(overTls, tag);

    expect(server.requests).toHaveLength(1);
    expect(proxy.asked).toHaveLength(1);
  });

  test('is judged by its own certificate', async () => {
    const { proxy } = await setUp();
    const { client } = await openTestClient({ proxy: { HTTPS_PROXY: `http://${proxy.host}` } });
    closers.push(ending(client));

    expect(await failureOf(client.resolve(overTls, tag))).toMatchObject({
      code: 'registry-unreachable',
      fix: 'The certificate of registry.example.com is not trusted: pass the file of its authority as ca-certificates.',
    });
  });

  test('and its token service are both reached through it', async () => {
    const challenge = 'Bearer realm="https://auth.example.com/token",service="reg"';
    const { server, proxy, open } = await setUp({}, ({ path, authorization }) => {
      if (path.startsWith('/token')) return { status: 200, body: '{"token":"t"}' };
      if (authorization === 'Bearer t') return absent;
      return { status: 401, headers: { 'www-authenticate': challenge } };
    });
    const { client } = await open();

    await client.resolve(overTls, tag);

    expect(server.requests).toHaveLength(3);
    const targets = new Set(proxy.asked.map(({ target }) => target));
    expect([...targets]).toEqual(['registry.example.com:443', 'auth.example.com:443']);
  });
});

test('a registry without TLS is asked for by its whole address', async () => {
  const { server, proxy, open } = await setUp({ isPlain: true });
  const { client } = await open();

  await client.resolve(overPlain, tag);

  const target = 'http://registry.example.com:5000/v2/team/orders/manifests/1.0.0';
  expect(proxy.asked).toEqual([{ method: 'HEAD', target, status: 200 }]);
  expect(server.requests.map(({ path }) => path)).toEqual(['/v2/team/orders/manifests/1.0.0']);
});

test('a proxy that ends its connections untold does no harm', async () => {
  const bytes = Buffer.alloc(300_000, 'a blob, ');
  const digest = computeDigest(bytes);
  const { proxy, open } = await setUp({ isPlain: true, isAbrupt: true }, ({ method }) => {
    if (method === 'POST') return { status: 202, headers: { location: '/upload' } };
    return method === 'PUT' ? { status: 201 } : absent;
  });
  const { client, logger } = await open();
  const source = { digest, size: bytes.length, open: () => Readable.from([bytes]) };

  const { state } = await client.pushBlob(overPlain, source);

  expect(state).toBe('uploaded');
  expect(proxy.asked).toHaveLength(3);
  expect(logger.lines).toEqual([]);
});

test('a registry on this machine is asked directly', async () => {
  const { server, proxy, open } = await setUp();
  const { client } = await open();

  await client.resolve(repositoryOn(server.host), tag);

  expect(server.requests).toHaveLength(1);
  expect(proxy.asked).toEqual([]);
});

describe('credentials of the proxy', () => {
  const credentials = 'ci:p@ss word';

  test.each([
    ['through a tunnel', false, overTls],
    ['without TLS', true, overPlain],
  ])('go to the proxy alone: %s', async (_name, isPlain, repository) => {
    const { server, proxy, open } = await setUp({ isPlain, credentials });
    const url = `http://ci:p%40ss%20word@${proxy.host}`;
    const { client } = await open({ proxy: { HTTPS_PROXY: url, HTTP_PROXY: url } });

    await client.resolve(repository, tag);

    expect(proxy.asked.map(({ status }) => status)).toEqual([200]);
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test.each([
    ['a tunnel, none', false, overTls, `https://${asked}`, '', 'HTTPS_PROXY', 'Write'],
    ['a tunnel, wrong', false, overTls, `https://${asked}`, 'ci:wrong-pw@', 'HTTPS_PROXY', 'Check'],
    ['plain, none', true, overPlain, plainly(asked), '', 'HTTP_PROXY', 'Write'],
    ['plain, wrong', true, overPlain, plainly(asked), 'ci:wrong-pw@', 'HTTP_PROXY', 'Check'],
  ])('are asked for: %s', async (_name, isPlain, repository, url, shown, variable, verb) => {
    const { server, proxy, open } = await setUp({ isPlain, credentials });
    const address = `http://${shown}${proxy.host}`;
    const opened = await open({ proxy: { HTTPS_PROXY: address, HTTP_PROXY: address } });

    const error = await failureOf(opened.client.resolve(repository, tag));

    const fix =
      verb === 'Write'
        ? `Write user and password into ${variable}: http://user:password@${proxy.host}.`
        : `Check the user and the password in ${variable}.`;
    expect(error).toMatchObject({
      code: 'registry-unreachable',
      message: `the proxy http://${proxy.host} does not let us through to ${repository.registry} without credentials that it knows (HEAD ${url}): 407`,
      fix,
    });
    expect(proxy.asked).toHaveLength(1);
    expect(server.requests).toEqual([]);
    expect(JSON.stringify([describeAll(error), opened.logger.lines])).not.toContain('wrong-pw');
  });
});

describe('a proxy that', () => {
  test('is down is named, and tried again', async () => {
    const { proxy, open } = await setUp();
    await proxy.close();
    const { client, logger } = await open();

    expect(await failureOf(client.resolve(overTls, tag))).toMatchObject({
      code: 'registry-unreachable',
      message: `the proxy http://${proxy.host} cannot be reached (HEAD https://${asked}): connect ECONNREFUSED ${proxy.host}`,
      fix: 'Check HTTPS_PROXY, and that this machine may connect to the proxy; if registry.example.com needs none, list it in NO_PROXY.',
    });
    expect(logger.lines).toHaveLength(7);
  });

  test.each<[string, boolean, Repository, string]>([
    ['of a tunnel', false, overTls, `https://${asked}`],
    ['of a plain request', true, overPlain, plainly(asked)],
  ])('hangs up is named: %s', async (_name, isPlain, repository, url) => {
    const { proxy, open } = await setUp({ isPlain, refuse: 'reset' });
    const { client } = await open();

    expect(await failureOf(client.resolve(repository, tag))).toMatchObject({
      code: 'registry-unreachable',
      message: expect.stringMatching(
        `^(the proxy http://${proxy.host} cannot be reached|${repository.registry} cannot be reached through the proxy http://${proxy.host}) \\(HEAD ${url}\\): socket hang up$`,
      ),
    });
  });

  test('says nothing is given up after the idle time', async () => {
    const { proxy, open } = await setUp({ refuse: 'silence' });
    const { client } = await open({ idleTimeoutMs: 30 });

    expect(await failureOf(client.resolve(overTls, tag))).toMatchObject({
      message: `the proxy http://${proxy.host} cannot be reached (HEAD https://${asked}): nothing came or went for 0.03 s`,
    });
  });

  test('says nothing does not hold up an interruption', async () => {
    const stop = new AbortController();
    const { proxy, open } = await setUp({ refuse: 'silence' });
    const { client } = await open({ signal: stop.signal });

    const pending = failureOf(client.resolve(overTls, tag));
    while (proxy.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('stopped'));

    expect(await pending).toMatchObject({ message: 'stopped' });
  });

  test('forbids a host is named once', async () => {
    const { proxy, open } = await setUp({ refuse: 403 });
    const { client } = await open();

    expect(await failureOf(client.resolve(overTls, tag))).toMatchObject({
      code: 'registry-unreachable',
      message: `the proxy http://${proxy.host} does not let us through to registry.example.com (HEAD https://${asked}): 403`,
      fix: 'Ask who runs the proxy to let registry.example.com through; if it can be reached without, list it in NO_PROXY.',
    });
    expect(proxy.asked).toHaveLength(1);
  });

  test('answers 401 in place of 407 is understood', async () => {
    const { open } = await setUp({ refuse: 401 });
    const { client } = await open();

    expect(await failureOf(client.resolve(overTls, tag))).toMatchObject({
      message: expect.stringMatching(/ without credentials that it knows \(HEAD .*\): 401$/),
    });
  });

  test('does not find the host is asked again', async () => {
    const { proxy, open } = await setUp();
    const { client } = await open();

    expect(await failureOf(client.resolve(repositoryOn('other.example.com'), tag))).toMatchObject({
      message: `the proxy http://${proxy.host} does not let us through to other.example.com (HEAD https://other.example.com/v2/team/orders/manifests/1.0.0): 502`,
    });
    expect(proxy.asked).toHaveLength(8);
  });
});

function plainly(address: string): string {
  return `http://${address.replace('example.com/', 'example.com:5000/')}`;
}

/** An error with everything that it holds and was caused by. */
function describeAll(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [JSON.stringify(error), String(error.stack), ...describeAll(error.cause ?? '')];
}
