import { createServer, type Server } from 'node:net';
import { expect, test } from '@jest/globals';
import { findFreePort } from './index.js';

test('findFreePort passes over ports that are taken or spoken for', async () => {
  const first = await findFreePort('127.0.0.1');
  const server = await listen(first);
  const second = await findFreePort('127.0.0.1');

  const port = await findFreePort('127.0.0.1', (each) => each === second);

  server.close();
  expect(port).toBeGreaterThan(second);
  expect(second).toBeGreaterThan(first);
});

test('findFreePort refuses an address of another machine', async () => {
  await expect(findFreePort('192.0.2.77')).rejects.toThrow('cannot listen on 192.0.2.77');
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen({ host: '127.0.0.1', port }, () => resolve(server));
  });
}
