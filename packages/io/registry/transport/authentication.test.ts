import { afterEach, describe, expect, test } from '@jest/globals';
import { parseTag, type Repository } from '@slipway/core/image-ref';
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

async function serve(reply: (request: SeenRequest) => Reply): Promise<TestServer> {
  const server = await startServer(reply);
  servers.push(server);
  return server;
}

function repositoryOn(server: TestServer, path = 'team/orders'): Repository {
  return { registry: server.host, path };
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function linesOf(server: TestServer): readonly string[] {
  return server.requests.map(({ method, path }) => `${method} ${path}`);
}

/** A registry that takes only the newest of the tokens that its own token service gave. */
async function serveWithTokens(
  grant: (request: SeenRequest, count: number) => Reply = (_request, count) => ({
    status: 200,
    body: JSON.stringify({ token: `t${count}`, expires_in: 300 }),
  }),
): Promise<TestServer & { revoke: () => void }> {
  let granted = 0;
  let valid = '';
  const server: TestServer = await serve((request) => {
    if (request.path.startsWith('/token')) {
      granted += 1;
      valid = `Bearer t${granted}`;
      return grant(request, granted);
    }
    if (request.authorization === valid) return { status: 404 };
    const challenge = `Bearer realm="http://${server.host}/token",service="reg",scope="repository:team/orders:pull"`;
    return { status: 401, headers: { 'www-authenticate': challenge } };
  });
  return {
    ...server,
    revoke: () => {
      valid = 'none';
    },
  };
}

test('what will be written to is asked for with the right to write: a service may know no such repository yet', async () => {
  const server = await serveWithTokens((request, count) =>
    request.path.includes('push')
      ? { status: 200, body: JSON.stringify({ token: `t${count}` }) }
      : { status: 401 },
  );
  const { client } = await openTestClient({ auth: [`${server.host} ci pw`] });
  const repository = repositoryOn(server, 'team/new');

  expect(await client.resolve(repository, tag, 'push')).toBeUndefined();
  await expect(client.resolve(repositoryOn(server, 'team/other'), tag)).rejects.toMatchObject({
    code: 'registry-denied',
  });
  expect(linesOf(server).find((line) => line.includes('/token'))).toContain(
    'scope=repository%3Ateam%2Fnew%3Apull%2Cpush',
  );
});

test('a registry that cannot say just now how it wants to be spoken to is asked again', async () => {
  let pings = 0;
  const server: TestServer = await serve(({ path, authorization }) => {
    if (path !== '/v2/') return { status: authorization === basic('ci', 'pw') ? 404 : 403 };
    pings += 1;
    const headers = { 'www-authenticate': 'Basic realm="r"' };
    return pings === 1 ? { status: 503 } : { status: 401, headers };
  });
  const { client } = await openTestClient({ auth: [`${server.host} ci pw`] });

  expect(await client.resolve(repositoryOn(server), tag)).toBeUndefined();
  expect(pings).toBe(2);
});

describe('without credentials', () => {
  test('a registry that does not ask sees one request and nothing else', async () => {
    const server = await serve(() => ({ status: 404 }));
    const { client } = await openTestClient();

    await client.resolve(repositoryOn(server), tag);

    expect(linesOf(server)).toEqual(['HEAD /v2/team/orders/manifests/1.0.0']);
    expect(server.requests[0]?.authorization).toBeUndefined();
    expect(client.stats).toEqual({ requests: 1, writes: 0, retries: 0, bytesSent: 0 });
  });

  test('a token for nobody is asked for when the registry wants one', async () => {
    const server = await serveWithTokens();
    const { client } = await openTestClient();

    await client.resolve(repositoryOn(server), tag);
    await client.resolve(repositoryOn(server), tag);

    expect(linesOf(server)).toEqual([
      'HEAD /v2/team/orders/manifests/1.0.0',
      'GET /token?service=reg&scope=repository%3Ateam%2Forders%3Apull',
      'HEAD /v2/team/orders/manifests/1.0.0',
      'HEAD /v2/team/orders/manifests/1.0.0',
    ]);
    expect(server.requests[1]?.authorization).toBeUndefined();
  });

  test('Basic cannot be answered: denied, with what to do', async () => {
    const server = await serve(() => ({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="r"' },
    }));
    const { client } = await openTestClient();

    await expect(client.resolve(repositoryOn(server), tag)).rejects.toMatchObject({
      code: 'registry-denied',
      message: `${server.host} denied HEAD http://${server.host}/v2/team/orders/manifests/1.0.0: 401`,
      fix: `No credentials for ${server.host} were found: add a line for it to registry-auth, or log in with docker login.`,
    });
  });
});

describe('with a password', () => {
  test('Basic is sent from the first request on, after the registry was asked how', async () => {
    const server = await serve(({ authorization }) =>
      authorization === basic('ci', 'hunter2')
        ? { status: 404 }
        : { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } },
    );
    const { client } = await openTestClient({ auth: [`${server.host} ci hunter2`] });

    await client.resolve(repositoryOn(server), tag);

    expect(linesOf(server)).toEqual(['GET /v2/', 'HEAD /v2/team/orders/manifests/1.0.0']);
  });

  test('it goes to the token service, never to the registry', async () => {
    const server = await serveWithTokens();
    const { client } = await openTestClient({ auth: [`${server.host} ci hunter2`] });

    await client.resolve(repositoryOn(server), tag);

    expect(server.requests.map(({ authorization }) => authorization)).toEqual([
      undefined,
      basic('ci', 'hunter2'),
      'Bearer t1',
    ]);
  });

  test('a wrong one is denied with whose it was, and is not shown', async () => {
    const server = await serve(() => ({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="r"' },
      body: '{"errors":[{"code":"UNAUTHORIZED","message":"authentication\\nrequired"}]}',
    }));
    const { client, logger } = await openTestClient({ auth: [`${server.host} ci hunter2`] });

    const error: unknown = await client
      .fetchManifest(repositoryOn(server), tag)
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: 'registry-denied',
      message: `${server.host} denied GET http://${server.host}/v2/team/orders/manifests/1.0.0: 401 UNAUTHORIZED (authentication required)`,
      fix: `Check that user ci (from registry-auth) may pull from ${server.host}/team/orders, and that the password has not expired.`,
    });
    expect(JSON.stringify([error, logger.lines])).not.toContain('hunter2');
    expect(server.requests).toHaveLength(2);
  });

  test('another host never sees it', async () => {
    const server = await serve(() => ({ status: 404 }));
    const { client } = await openTestClient({ auth: ['127.0.0.1:1 ci hunter2'] });

    await client.resolve(repositoryOn(server), tag);

    expect(server.requests[0]?.authorization).toBeUndefined();
  });
});

test('an identity token is exchanged by a form', async () => {
  const server = await serveWithTokens();
  const { client } = await openTestClient({ auth: [`${server.host} <token> refresh-me`] });

  await client.resolve(repositoryOn(server), tag);

  expect(server.requests[1]).toMatchObject({
    method: 'POST',
    path: '/token',
    authorization: undefined,
    body: 'grant_type=refresh_token&refresh_token=refresh-me&client_id=slipway&scope=repository%3Ateam%2Forders%3Apull&service=reg',
  });
});

describe('tokens', () => {
  const auth = (server: TestServer): readonly string[] => [`${server.host} ci hunter2`];
  const tokensOf = (server: TestServer): readonly string[] =>
    linesOf(server).filter((line) => line.includes('/token'));

  test('one serves many requests at once', async () => {
    const server = await serveWithTokens();
    const { client } = await openTestClient({ auth: auth(server) });
    const tags = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => parseTag(name));

    await Promise.all(tags.map((name) => client.resolve(repositoryOn(server), name)));

    expect(tokensOf(server)).toHaveLength(1);
    expect(server.requests).toHaveLength(8);
  });

  test('another repository needs another', async () => {
    const server = await serveWithTokens();
    const { client } = await openTestClient({ auth: auth(server) });

    await client.resolve(repositoryOn(server, 'team/orders'), tag);
    await client.resolve(repositoryOn(server, 'team/stock'), tag);

    expect(tokensOf(server)).toEqual([
      'GET /token?service=reg&scope=repository%3Ateam%2Forders%3Apull',
      'GET /token?service=reg&scope=repository%3Ateam%2Fstock%3Apull',
    ]);
  });

  test('one is renewed shortly before it ends', async () => {
    const server = await serveWithTokens();
    const { client, clock } = await openTestClient({ auth: auth(server) });

    await client.resolve(repositoryOn(server), tag);
    clock.advance(289_000);
    await client.resolve(repositoryOn(server), tag);
    clock.advance(2000);
    await client.resolve(repositoryOn(server), tag);

    expect(tokensOf(server)).toHaveLength(2);
  });

  test('one that names no lifetime lasts a minute', async () => {
    const server = await serveWithTokens((_request, count) => ({
      status: 200,
      body: `{"access_token":"t${count}"}`,
    }));
    const { client, clock } = await openTestClient({ auth: auth(server) });

    await client.resolve(repositoryOn(server), tag);
    clock.advance(49_000);
    await client.resolve(repositoryOn(server), tag);

    expect(tokensOf(server)).toHaveLength(1);
  });

  test('one that is refused in the middle is replaced, with the scope that was asked for first', async () => {
    const server = await serveWithTokens();
    const { client } = await openTestClient({ auth: auth(server) });

    await client.resolve(repositoryOn(server, 'team/stock'), tag);
    server.revoke();
    await client.resolve(repositoryOn(server, 'team/stock'), tag);

    expect(tokensOf(server).at(-1)).toBe(
      'GET /token?service=reg&scope=repository%3Ateam%2Forders%3Apull&scope=repository%3Ateam%2Fstock%3Apull',
    );
  });

  test('a token service that refuses is told like a registry that does', async () => {
    const server = await serveWithTokens(() => ({ status: 403, body: 'no' }));
    const { client } = await openTestClient({ auth: auth(server) });

    await expect(client.resolve(repositoryOn(server), tag)).rejects.toMatchObject({
      code: 'registry-denied',
      message: `${server.host} denied GET http://${server.host}/token?…: 403`,
    });
  });

  test('a token service without TLS on another machine is not asked', async () => {
    const challenge = 'Bearer realm="http://auth.example.com/token"';
    const server = await serve(() => ({
      status: 401,
      headers: { 'www-authenticate': challenge },
    }));
    const { client } = await openTestClient({ auth: auth(server) });

    await expect(client.resolve(repositoryOn(server), tag)).rejects.toMatchObject({
      code: 'registry-refused',
      message: `${server.host} points to http://auth.example.com/token, which is not protected by TLS`,
      fix: 'If plain HTTP is meant, list auth.example.com in plain-http; else the registry must be told its https address.',
    });
  });
});
