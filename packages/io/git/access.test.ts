import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Secret } from '@slipway/core/secret';
import { createTestRepository, type TestRepository } from '@slipway/testing/git';
import { openRepository } from './index.js';

let server: Server;
let origin: string;
let repository: TestRepository;
const seen: string[] = [];

/** A server that knows no repository, and what it is told. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const headers = request.rawHeaders.filter(
      (_text, index, all) => index % 2 === 1 && /^authorization$/i.test(all[index - 1] ?? ''),
    );
    seen.push(headers.join(' and '));
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  repository = await createTestRepository();
  await repository.commit('feat: a');
  await repository.git('remote', 'add', 'origin', `${origin}/shop/orders.git`);
  await repository.git('config', `http.${origin}/.extraheader`, 'AUTHORIZATION: basic left');
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await repository.remove();
});
beforeEach(() => {
  seen.length = 0;
});

async function ask(access: Parameters<typeof openRepository>[1]['access']): Promise<void> {
  const { signal } = new AbortController();
  const options = { signal, ...(access === undefined ? {} : { access }) };
  const remote = await (await openRepository(repository.folder, options)).tryFindRemote();
  await expect(remote?.listRefs(['refs/tags/*'], 'why')).rejects.toMatchObject({
    code: 'history-incomplete',
  });
  await remote?.createTags([{ name: 'v1.0.0', hash: 'a'.repeat(40) }]);
}

test('a token opens the remotes of its server, in place of what the checkout left', async () => {
  await ask({ origin, token: Secret.of('ghs_token') });

  const header = `basic ${Buffer.from('x-access-token:ghs_token').toString('base64')}`;
  expect(new Set(seen)).toEqual(new Set([header]));
});

test.each([
  ['of another server', { origin: 'https://github.com', token: Secret.of('ghs_token') }],
  ['of nobody', undefined],
])('a token %s is not shown', async (_name, access) => {
  await ask(access);

  expect(new Set(seen)).toEqual(new Set(['basic left']));
});
