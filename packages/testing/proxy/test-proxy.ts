import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { listen, stop } from '../registry/index.js';

/** How a proxy behaves. */
export interface ProxyPlan {
  /** Where names really are, with their ports: `{ 'registry.example.com:443': '127.0.0.1:41234' }`. */
  readonly hosts: Readonly<Record<string, string>>;
  /** `user:password` that it wants; it takes anybody when absent. */
  readonly credentials?: string;
  /** It answers everything with this; `silence` answers nothing, `reset` hangs up. */
  readonly refuse?: number | 'silence' | 'reset';
  /** It ends every connection after one answer, and does not say that it will. */
  readonly isAbrupt?: boolean;
  /** It speaks TLS itself, with this key and certificate in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** One request that came to the proxy. */
export interface AskedProxy {
  readonly method: string;
  /** `registry.example.com:443` of a tunnel, a whole URL of a plain request. */
  readonly target: string;
  readonly status: number;
}

export interface TestProxy {
  /** `127.0.0.1:41234` */
  readonly host: string;
  readonly asked: readonly AskedProxy[];
  readonly close: () => Promise<void>;
}

/**
 * A proxy for HTTP (RFC 9110, sections 7.6 and 9.3.6): tunnels for CONNECT, whole URLs for the rest. Names that
 * it does not know it cannot reach (502).
 */
export async function startTestProxy(plan: ProxyPlan): Promise<TestProxy> {
  const asked: AskedProxy[] = [];
  const sockets = new Set<Socket>();
  const judge = (incoming: IncomingMessage, target: string): number => {
    const { method = '', headers } = incoming;
    const status = judgeRequest(plan, headers['proxy-authorization'], target);
    asked.push({ method, target: incoming.url ?? '', status });
    return status;
  };
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const url = URL.parse(incoming.url ?? '');
    if (plan.isAbrupt === true) outgoing.once('finish', () => incoming.socket.end());
    const target = url === null ? '' : `${url.hostname}:${url.port === '' ? '80' : url.port}`;
    const status = judge(incoming, target);
    if (plan.refuse === 'reset') incoming.socket.destroy();
    if (typeof plan.refuse === 'string') return;
    if (url === null || status !== 200) outgoing.writeHead(status, challengeOf(status)).end('no');
    else passOn(incoming, outgoing, url, plan.hosts[target] ?? '').catch(() => outgoing.destroy());
  };
  const server =
    plan.tls === undefined ? createServer(forward) : createTlsServer(plan.tls, forward);
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    const target = incoming.url ?? '';
    const status = judge(incoming, target);
    sockets.add(client);
    client.on('error', () => client.destroy());
    if (plan.refuse === 'reset') client.destroy();
    if (typeof plan.refuse === 'string') return;
    if (status === 200) sockets.add(openTunnel(client, plan.hosts[target] ?? ''));
    else client.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 2\r\n\r\nno`);
  });
  const host = await listen(server);
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await stop(server);
  };
  return { host, asked, close };
}

function judgeRequest(
  { hosts, credentials, refuse }: ProxyPlan,
  shown: string | undefined,
  target: string,
): number {
  if (typeof refuse === 'number') return refuse;
  const wanted = credentials === undefined ? undefined : Buffer.from(credentials);
  if (wanted !== undefined && shown !== `Basic ${wanted.toString('base64')}`) return 407;
  return hosts[target] === undefined ? 502 : 200;
}

function challengeOf(status: number): Record<string, string> {
  return status === 407 ? { 'proxy-authenticate': 'Basic realm="proxy"' } : {};
}

function openTunnel(client: Socket, address: string): Socket {
  const [host = '', port = ''] = address.split(':');
  const upstream = connect({ host, port: Number(port) }, () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(upstream).pipe(client);
  });
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
  return upstream;
}

/** As proxies do, it keeps what was meant for itself. */
async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: URL,
  address: string,
): Promise<void> {
  const { method = '' } = incoming;
  const headers = { ...incoming.headers };
  delete headers['proxy-authorization'];
  const path = `${url.pathname}${url.search}`;
  const onward = request(`http://${address}`, { method, path, headers, agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve);
    onward.once('error', reject);
  });
  await pipeline(incoming, onward);
  const answer = await answered;
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, outgoing);
}
