import { afterEach, expect, test } from '@jest/globals';
import { parseTag } from '@slipway/core/image-ref';
import { openTestClient, startServer, type TestServer } from '@slipway/testing/registry';

const tag = parseTag('1.0.0');
let server: TestServer | undefined;

afterEach(async () => {
  await server?.close();
});

test('a redirect to an address that is none is refused', async () => {
  server = await startServer(() => ({ status: 307, headers: { location: 'http://[' } }));
  const { client } = await openTestClient();

  await expect(client.resolve({ registry: server.host, path: 'a' }, tag)).rejects.toMatchObject({
    code: 'registry-refused',
    message: `${server.host} redirects HEAD to an address that is none`,
  });
});

test('a token that no header can carry is none', async () => {
  const started = await startServer(({ path }) =>
    path.startsWith('/token')
      ? { status: 200, body: JSON.stringify({ token: 'a\r\nx: y' }) }
      : {
          status: 401,
          headers: { 'www-authenticate': `Bearer realm="http://${started.host}/token"` },
        },
  );
  server = started;
  const { client } = await openTestClient();

  await expect(client.resolve({ registry: started.host, path: 'a' }, tag)).rejects.toMatchObject({
    name: 'SlipwayError',
    message: `${started.host} refused GET http://${started.host}/token?…: 200`,
  });
});
