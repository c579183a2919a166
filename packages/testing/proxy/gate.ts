import { connect, createServer, type Server, type Socket } from 'node:net';

/** `cut`: every connection breaks, and new ones do; `silent`: nothing passes any more, and nobody is told. */
type GateState = 'open' | 'cut' | 'silent';

/** A way to a server that can be cut. */
export interface SocketGate {
  set(state: GateState): void;
  close(): Promise<void>;
}

export interface TcpGate extends SocketGate {
  /** `127.0.0.1:41234` */
  readonly host: string;
}

/** @param target where connections go on to: `10.64.0.11:6443` */
export async function startTcpGate(target: string): Promise<TcpGate> {
  const [host = '', port = ''] = target.split(':');
  const { server, ...gate } = createGate(() =>
    connect({ host, port: Number(port), allowHalfOpen: true }),
  );
  return { host: await listenOnLoopback(server), ...gate };
}

/**
 * A way to a socket of this machine that can be cut.
 *
 * @param target the path of the socket where connections go on to
 * @param path where it listens
 * @param onAnswer hears how many bytes came from there
 */
export async function startSocketGate(
  target: string,
  path: string,
  onAnswer: (bytes: number) => void = () => undefined,
): Promise<SocketGate> {
  const { server, ...gate } = createGate(() => {
    const far = connect({ path: target, allowHalfOpen: true });
    far.on('data', ({ length }) => onAnswer(length));
    return far;
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return gate;
}

/** Either side may say that it has no more, and go on to read. */
function createGate(dial: () => Socket): SocketGate & { readonly server: Server } {
  const sockets = new Set<Socket>();
  let state: GateState = 'open';
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = dial();
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => {
        if (state === 'open') other.write(bytes);
      });
      one.on('end', () => other.end());
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        if (!one.readableEnded) other.destroy();
      });
    }
  });
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    server,
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
