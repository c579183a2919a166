import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as requestPlain, type IncomingHttpHeaders } from 'node:http';
import { request as requestTls } from 'node:https';
import {
  startTestRegistry,
  testRegistryKinds,
  type TestRegistry,
  type TestRegistryAuth,
  type TestRegistryOptions,
} from './index.js';

const username = 'ci';
const password = 'a password';
const byPassword: TestRegistryAuth = { kind: 'password', username, password };
const byToken: TestRegistryAuth = { kind: 'token', rules: { username, password } };
const open: TestRegistry[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

async function start(options: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await startTestRegistry(options);
  open.push(registry);
  return registry;
}

interface Said {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function ask(
  registry: Pick<TestRegistry, 'tls'>,
  url: string,
  options: {
    readonly method?: string;
    readonly authorization?: string | undefined;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Said> {
  const { method = 'GET', authorization, body = '' } = options;
  const headers = {
    ...options.headers,
    'content-length': Buffer.byteLength(body),
    ...(authorization === undefined ? {} : { authorization }),
  };
  const authority = registry.tls?.authority;
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? requestTls(url, {
          method,
          headers,
          agent: false,
          ...(authority === undefined ? {} : { ca: readFileSync(authority) }),
        })
      : requestPlain(url, { method, headers, agent: false });
    request.once('error', reject);
    request.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.end(body);
  });
}

describe.each(testRegistryKinds)('%s', (kind) => {
  test.each<[string, Omit<TestRegistryOptions, 'kind'>, RegExp | undefined]>([
    ['nothing', {}, undefined],
    ['a password', { auth: byPassword }, /^Basic realm=/],
    ['a token', { auth: byToken }, /^Bearer realm="http:\/\/localhost:\d+\/token",service=/],
    [
      'TLS and a token',
      { auth: byToken, hasTls: true },
      /^Bearer realm="https:\/\/localhost:\d+\/token",service=/,
    ],
  ])('behind %s takes a blob and gives it back', async (_name, options, challenge) => {
    const registry = await start({ kind, ...options });
    const root = `${options.hasTls === true ? 'https' : 'http'}://${registry.host}`;
    const authorization = registry.authorize('a/b');
    const content = 'a blob';
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;

    const refused = await ask(registry, `${root}/v2/`);
    const post = `${root}/v2/a/b/blobs/uploads/`;
    const opened = await ask(registry, post, { method: 'POST', authorization });
    const place = new URL(opened.headers.location ?? '', post);
    place.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    const put = { method: 'PUT', authorization, body: content, headers };
    const sent = await ask(registry, place.href, put);
    const read = await ask(registry, `${root}/v2/a/b/blobs/${digest}`, { authorization });

    expect(refused.status).toBe(challenge === undefined ? 200 : 401);
    expect(refused.headers['www-authenticate'] ?? '').toMatch(challenge ?? /^$/);
    expect([opened.status, sent.status, read.status]).toEqual([202, 201, 200]);
    expect(read.text).toBe(content);
  });

  test('takes no token of which it is too late, nor one for another repository', async () => {
    const late = { kind: 'token', rules: { username, password, lifetimeS: -1 } } as const;
    const [strict, expired] = [
      await start({ kind, auth: byToken }),
      await start({ kind, auth: late }),
    ];
    const tags = (registry: TestRegistry): string => `http://${registry.host}/v2/a/b/tags/list`;

    const own = await ask(strict, tags(strict), { authorization: strict.authorize('a/b') });
    const other = await ask(strict, tags(strict), { authorization: strict.authorize('a/c') });
    const old = await ask(expired, tags(expired), { authorization: expired.authorize('a/b') });

    expect(own.status).toBe(404);
    expect([other.status, old.status]).toEqual([401, 401]);
    expect(other.headers['www-authenticate']).toContain('scope="repository:a/b:pull"');
    expect(old.headers['www-authenticate']).toContain('error="invalid_token"');
  });
});

describe('the token service', () => {
  const identityToken = 'an identity token';
  const rules = { username, password, identityToken };
  const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const service = 'service=test-registry';
  const refresh = `grant_type=refresh_token&${service}&refresh_token=`;

  test.each([
    ['a password', 'GET', service, basic(`${username}:${password}`), '', 200],
    ['a wrong password', 'GET', service, basic(`${username}:no`), '', 401],
    ['another service', 'GET', 'service=x', basic(`${username}:${password}`), '', 400],
    ['nobody', 'GET', service, undefined, '', 401],
    ['an identity token', 'POST', '', undefined, `${refresh}${identityToken}`, 200],
    ['a wrong identity token', 'POST', '', undefined, `${refresh}no`, 401],
  ])('answers %s', async (_name, method, query, authorization, body, status) => {
    const registry = await start({ kind: 'cuelabs', auth: { kind: 'token', rules } });
    const { tokens } = registry;

    const url = `${tokens?.realm ?? ''}?${query}&scope=repository:a:pull`;
    const said = await ask(registry, url, { method, authorization, body, headers: form });

    expect(said.status).toBe(status);
    expect(tokens?.questions).toMatchObject([{ method, status }]);
  });

  test('lets one without a name pull where anybody may', async () => {
    const auth = { kind: 'token', rules: { ...rules, letsAnybodyPull: true } } as const;
    const registry = await start({ kind: 'cuelabs', auth });

    const url = `${registry.tokens?.realm ?? ''}?${service}&scope=repository:a:pull,push`;
    const { text } = await ask(registry, url);

    const [, claims = ''] = text.split('"')[3]?.split('.') ?? [];
    const { access } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      readonly access: unknown;
    };
    expect(access).toEqual([{ type: 'repository', name: 'a', actions: ['pull'] }]);
  });
});
