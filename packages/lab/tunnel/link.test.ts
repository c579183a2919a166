import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { startHostEnd, type HostEnd } from './host-end.js';
import { couple, openNodeEnd, streamOptions } from './link.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close();
});

/** A node that listens where its connections go to the port of this machine. */
async function openTunnel(
  port: number,
): Promise<{ nodePort: number; host: HostEnd; breakLink: () => void }> {
  const [toHost, toNode] = [new PassThrough(), new PassThrough()];
  const host = startHostEnd(toHost, toNode);
  const session = openNodeEnd(toNode, toHost);
  session.on('error', () => undefined);
  closers.push(() => session.destroy());
  host.setPorts([port]);
  const nodePort = await listen((socket) => {
    const path = `/${port}`;
    couple(socket, session.request({ ':method': 'POST', ':path': path }, streamOptions));
  });
  return { nodePort, host, breakLink: () => void toNode.destroy() };
}

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined); // it is broken off
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function dial(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.on('error', () => undefined); // the test sees it
  closers.push(() => socket.destroy());
  return socket;
}

test('what is said is heard to its end, and so is the answer', async () => {
  const target = await listen((socket) => {
    void buffer(socket).then((heard) => socket.end(Buffer.concat([heard, Buffer.from('!')])));
  });
  const { nodePort } = await openTunnel(target);
  const said = Buffer.alloc(3_000_000, 'abcdefg');
  const socket = dial(nodePort);

  socket.end(said);

  const heard = await buffer(socket);
  expect(heard.length).toBe(said.length + 1);
  expect(heard.equals(Buffer.concat([said, Buffer.from('!')]))).toBe(true);
});

test('a connection that somebody does not read holds up no other', async () => {
  const target = await listen((socket) => socket.end(Buffer.alloc(20_000_000)));
  const { nodePort } = await openTunnel(target);
  dial(nodePort).pause();

  const heard = await buffer(dial(nodePort));

  expect(heard.length).toBe(20_000_000);
});

test.each([
  ['half an answer', (socket: Socket) => socket.write('half', () => socket.resetAndDestroy())],
  ['a connection that is refused at once', (socket: Socket) => socket.resetAndDestroy()],
])('%s is broken off, and not ended', async (_name, onConnection) => {
  const target = await listen((socket) => void onConnection(socket));
  const { nodePort } = await openTunnel(target);

  const heard = buffer(dial(nodePort));

  await expect(heard).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('only ports that were told lead anywhere', async () => {
  const target = await listen((socket) => socket.end('secret'));
  const { nodePort, host } = await openTunnel(target);
  host.setPorts([]);

  const heard = buffer(dial(nodePort));

  await expect(heard).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a link that breaks takes everything with it', async () => {
  const target = await listen((socket) => void socket.write('half'));
  const { nodePort, breakLink } = await openTunnel(target);
  const socket = dial(nodePort);
  const heard = buffer(socket);

  socket.once('data', breakLink);

  await expect(heard).rejects.toMatchObject({ code: 'ECONNRESET' });
});
