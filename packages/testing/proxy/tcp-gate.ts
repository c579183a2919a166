import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface TcpGate {
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** `cut`: every connection breaks, and new ones do; `silent`: nothing passes any more, and nobody is told. */
  set(state: 'open' | 'cut' | 'silent'): void;
  close(): Promise<void>;
}

/** @param target where connections go on to: `10.64.0.11:6443` */
export async function startTcpGate(target: string): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';
  const [host = '', port = ''] = target.split(':');
  const server = createServer((near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect({ host, port: Number(port) });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => {
        if (state === 'open') other.write(bytes);
      });
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: await listenOnLoopback(server),
    set: (next) => {
      // what was swallowed in silence would be missed in the middle of a stream
      if (next === 'cut' || state === 'silent') breakAll();
      state = next;
    },
    close: async () => {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listenOnLoopback(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}
