import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepository, parseTag, type Repository } from '@slipway/core/image-ref';
import { startTestRegistry, type TestRegistry } from '@slipway/lab/test-registry';
import { createManualClock } from '@slipway/testing/clock';
import { TestContent, findDifferences, putContent, writeContent } from '@slipway/testing/content';
import { createRecordingLogger } from '@slipway/testing/logger';
import { startTestProxy, type TestProxy } from '@slipway/testing/proxy';
import { openTestClient, startRegistryProxy, type RegistryProxy } from '@slipway/testing/registry';
import { openLayout } from '../layout/index.js';
import { copyImage, pushImage } from './index.js';

const user = { username: 'ci', password: 'a-password' };
const tag = parseTag('1.4.0');

describe.each([
  ['with TLS, which only a proxy that wants credentials finds', true, 'registry.example.com'],
  ['without TLS, which only a proxy finds', false, 'registry.example.com:5000'],
])('a registry %s', (_name, hasTls, name) => {
  let registry: TestRegistry;
  let front: RegistryProxy;
  let proxy: TestProxy;
  let folder: string;

  beforeAll(async () => {
    const auth = { kind: 'token', rules: user } as const;
    folder = await mkdtemp(join(tmpdir(), 'proxies-'));
    registry = await startTestRegistry({ kind: 'distribution-3', auth, hasTls });
    const { host, tls } = registry;
    const { port = '' } = URL.parse(registry.tokens?.realm ?? '') ?? {};
    // Its token service is on loopback: it is given another name, which only the proxy finds, too.
    const realm = `http${hasTls ? 's' : ''}://auth.example.com:${port}/token`;
    const challenge = `Bearer realm="${realm}",service="test-registry"`;
    front = await startRegistryProxy(tls === undefined ? host : { host, tls }, (request) =>
      request.hasAuthorization
        ? undefined
        : { kind: 'answer', answer: { status: 401, headers: { 'www-authenticate': challenge } } },
    );
    proxy = await startTestProxy({
      credentials: 'proxy-user:proxy-word',
      hosts: {
        [hasTls ? `${name}:443` : name]: front.host,
        [`auth.example.com:${port}`]: `127.0.0.1:${port}`,
      },
    });
  });

  afterAll(async () => {
    await proxy.close();
    await front.close();
    await Promise.all([registry.close(), rm(folder, { recursive: true })]);
  });

  async function open() {
    const address = `http://proxy-user:proxy-word@${proxy.host}`;
    const { port = '' } = URL.parse(registry.tokens?.realm ?? '') ?? {};
    return openTestClient({
      auth: [`${name} ${user.username} ${user.password}`],
      plainHttp: hasTls ? [] : [name, `auth.example.com:${port}`],
      proxy: { HTTPS_PROXY: address, HTTP_PROXY: address, NO_PROXY: 'other.example.com' },
      ...(registry.tls === undefined ? {} : { caCertificates: registry.tls.authority }),
    });
  }

  function repositoryAt(path: string): Repository {
    return parseRepository(`${name}/${path}`);
  }

  test('takes an image that is pushed, and lets it be copied', async () => {
    const { client, logger } = await open();
    const content = new TestContent();
    const root = content.index({ amd64: content.image(['x'.repeat(300_000), 'a layer']) });
    content.artifact(root, 'a bill of materials');
    const layout = join(folder, 'pushed');
    await writeContent(layout, content, root);
    const tools = { logger: createRecordingLogger(), clock: createManualClock(), isDryRun: false };
    const [from, to] = [repositoryAt('proxies/from'), repositoryAt('proxies/to')];

    await pushImage(client, await openLayout(layout), from, {
      ...tools,
      tags: [tag],
      tagPolicy: 'fail',
    });
    await copyImage(client, { from, digest: root.digest, to }, tools);
    client.close();

    expect(await findDifferences(registry, from.path, content)).toEqual([]);
    expect(await findDifferences(registry, to.path, content)).toEqual([]);
    expect(proxy.asked.map(({ target }) => target)).toContainEqual(
      expect.stringContaining('auth.example.com'),
    );
    expect(new Set(proxy.asked.map(({ status }) => status))).toEqual(new Set([200]));
    const log = JSON.stringify([logger.lines, tools.logger.lines]);
    expect(log).not.toContain('proxy-word');
  });

  test('is refused by name when the proxy does not know its user', async () => {
    const address = `http://proxy-user:wrong-word@${proxy.host}`;
    const proxies = { HTTPS_PROXY: address, HTTP_PROXY: address };
    const plainHttp = hasTls ? [] : [name];
    const { client } = await openTestClient({ proxy: proxies, plainHttp });
    const before = front.lines.length;

    const error: unknown = await client
      .resolve(repositoryAt('proxies/from'), tag)
      .catch((thrown: unknown) => thrown);
    client.close();

    expect(error).toMatchObject({
      code: 'registry-unreachable',
      message: `the proxy http://${proxy.host} does not let us through to ${name} without credentials that it knows (HEAD http${hasTls ? 's' : ''}://${name}/v2/proxies/from/manifests/1.4.0): 407`,
    });
    expect(front.lines).toHaveLength(before);
  });
});

test('a registry that NO_PROXY lists is asked directly', async () => {
  const registry = await startTestRegistry({ kind: 'cuelabs', hasTls: true });
  const proxy = await startTestProxy({ hosts: {} });
  const content = new TestContent();
  const root = content.image(['direct']);
  await putContent(registry, 'proxies/direct', content);
  // not a loopback name, and yet this machine
  const host = registry.host.replace('127.0.0.1', '0.0.0.0');
  const { client } = await openTestClient({
    proxy: { HTTPS_PROXY: `http://${proxy.host}`, NO_PROXY: '0.0.0.0/32' },
    ...(registry.tls === undefined ? {} : { caCertificates: registry.tls.authority }),
  });

  const work = client.resolve(parseRepository(`${host}/proxies/direct`), root.digest);

  // It was reached: the certificate is for other names.
  await expect(work).rejects.toMatchObject({ cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
  expect(proxy.asked).toEqual([]);
  client.close();
  await Promise.all([proxy.close(), registry.close()]);
});
