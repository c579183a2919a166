import { afterEach, describe, expect, test } from '@jest/globals';
import type { Repository } from '@slipway/core/image-ref';
import {
  openTestClient,
  startServer,
  type SeenRequest,
  type TestServer,
} from '@slipway/testing/registry';

const servers: TestServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A registry whose list of tags goes on where the test says. */
async function open(next: (request: SeenRequest) => string | undefined) {
  const server = await startServer((request) => {
    const link = next(request);
    const headers = link === undefined ? {} : { link: `<${link}>; rel="next"` };
    return { status: 200, headers, body: '{"tags":["a"]}' };
  });
  servers.push(server);
  const repository: Repository = { registry: server.host, path: 'a' };
  return { ...(await openTestClient()), repository, server };
}

describe('a list goes on', () => {
  test.each([
    ['beside the page', '?last=x', '/v2/a/tags/list?last=x'],
    ['at a path', '/v2/a/tags/list?last=x', '/v2/a/tags/list?last=x'],
    [
      'under another scheme and port, as behind a proxy',
      'https://127.0.0.1:8443/v2/a/tags/list?last=x',
      '/v2/a/tags/list?last=x',
    ],
    ['at a path with two slashes', 'http://127.0.0.1//v2/a/tags/list', '/v2/a/tags/list'],
  ])('%s', async (_name, link, expected) => {
    const { client, repository, server } = await open(({ path }) =>
      path.endsWith('n=1000') ? link : undefined,
    );

    await client.listTags(repository);

    expect(server.requests.map(({ path }) => path)).toEqual(['/v2/a/tags/list?n=1000', expected]);
  });

  test.each([
    'https://elsewhere.example/v2/a/tags/list',
    '//elsewhere.example/x',
    'file:///x',
    'http://[',
  ])('but not at another host: %s', async (link) => {
    const { client, repository, server } = await open(() => link);

    await expect(client.listTags(repository)).rejects.toMatchObject({
      code: 'registry-corrupt',
      message: `${server.host} continues a list at another host`,
    });
    expect(server.requests).toHaveLength(1);
  });

  test('but not without an end', async () => {
    let page = 0;
    const { client, repository, server } = await open(() => `?last=${(page += 1)}`);

    await expect(client.listTags(repository)).rejects.toMatchObject({
      code: 'registry-corrupt',
      message: `${server.host} sends a list without an end`,
    });
    expect(server.requests).toHaveLength(5000);
  }, 60_000);
});
