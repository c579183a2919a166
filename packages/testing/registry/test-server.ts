import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One answer of a server whose words a test writes. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface TestServer {
  /** `127.0.0.1:41234` */
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  readonly close: () => Promise<void>;
}

/** `reset` breaks the connection off without an answer; `silence` never answers. */
export type Reply = Answer | 'reset' | 'silence';

/** A server on a loopback port whose every answer the test decides. */
export async function startServer(
  reply: (request: SeenRequest) => Reply,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const seen = await readRequest(incoming);
    requests.push(seen);
    const answer = reply(seen);
    if (answer === 'silence') return;
    if (answer === 'reset') {
      incoming.socket.destroy();
      return;
    }
    outgoing.writeHead(answer.status, answer.headers);
    outgoing.end(seen.method === 'HEAD' ? undefined : answer.body);
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    handle(incoming, outgoing).catch(() => incoming.socket.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  const host = await listen(server);
  return { host, requests, close: () => stop(server) };
}

interface ClosableServer {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): string | AddressInfo | null;
  close(closed: () => void): unknown;
  closeAllConnections(): void;
}

/** Listens on a free loopback port: `127.0.0.1:41234`. */
export function listen(server: ClosableServer): Promise<string> {
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(`127.0.0.1:${address.port}`);
    });
  });
}

export function stop(server: ClosableServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    authorization: incoming.headers.authorization,
    body: Buffer.concat(chunks).toString(),
  };
}
