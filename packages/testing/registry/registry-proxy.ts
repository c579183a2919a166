import { readFileSync } from 'node:fs';
import {
  Agent,
  createServer,
  request as requestPlain,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import {
  Agent as TlsAgent,
  createServer as createTlsServer,
  request as requestTls,
} from 'node:https';
import type { FaultSource } from './fault.js';
import { relay, type Exchange, type MutableRecord, type ProxyRecord } from './relay.js';
import { listen, stop } from './test-server.js';

export interface RegistryProxy {
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** `PUT /v2/a/manifests/1.0.0`, in the order in which they came. */
  readonly lines: readonly string[];
  /** The same requests, with what is known of them by now. */
  readonly records: readonly ProxyRecord[];
  /** Ends it, with whatever is still on its way. */
  readonly close: () => Promise<void>;
}

/** The registry behind the proxy. */
export interface Upstream {
  readonly host: string;
  /** PEM files of its authority and of its own; where it speaks TLS the proxy does so with the same. */
  readonly tls?: { readonly authority: string; readonly certificate: string; readonly key: string };
  /** What the proxy shows the registry for a path in place of what it was shown; as it came when absent. */
  readonly authorizeInstead?: (path: string) => string | undefined;
}

/**
 * A proxy in front of a real registry, which does to chosen requests what networks and registries do.
 *
 * @param upstream the registry: `127.0.0.1:5000`
 */
export async function startRegistryProxy(
  upstream: string | Upstream,
  faultOf: FaultSource,
): Promise<RegistryProxy> {
  const [lines, records]: [string[], MutableRecord[]] = [[], []];
  const ending = new AbortController();
  const behind: Upstream = typeof upstream === 'string' ? { host: upstream } : upstream;
  const agents = openUpstream(behind);
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const record = recordOf(incoming);
    lines.push(`${record.method} ${record.path}`);
    records.push(record);
    const { socket } = incoming;
    const reset = (): void => void socket.resetAndDestroy();
    const way = { incoming, outgoing, record, reset, end: ending.signal, open: agents.open };
    // what breaks on the way to the registry breaks on the way back
    handle(way, faultOf).catch(reset);
  };
  const server = createFront(behind, listener);
  const host = await listen(server);
  const close = async (): Promise<void> => {
    ending.abort();
    await stop(server);
    agents.close();
  };
  return { host, lines, records, close };
}

function recordOf({ method = '', url = '', headers }: IncomingMessage): MutableRecord {
  const hasAuthorization = headers.authorization !== undefined;
  const asked = { method, path: url, hasAuthorization };
  return { ...asked, fault: undefined, status: undefined, bytesIn: 0, bytesOut: 0 };
}

async function handle(way: Omit<Exchange, 'fault' | 'body'>, faultOf: FaultSource): Promise<void> {
  const { incoming, record } = way;
  const { method, path, hasAuthorization } = record;
  const isManifest = method === 'PUT' && path.includes('/manifests/');
  const manifest = isManifest ? await readAll(incoming) : undefined;
  const fault = await faultOf({ method, path, hasAuthorization, manifest });
  record.fault = fault?.kind;
  return relay({ ...way, fault, body: manifest === undefined ? incoming : oneChunk(manifest) });
}

function createFront({ tls }: Upstream, listener: RequestListener) {
  if (tls === undefined) return createServer(listener);
  const keys = { key: readFileSync(tls.key), cert: readFileSync(tls.certificate) };
  return createTlsServer(keys, listener);
}

function openUpstream({ host, tls, authorizeInstead }: Upstream): {
  readonly open: Exchange['open'];
  readonly close: () => void;
} {
  const agent =
    tls === undefined
      ? new Agent({ keepAlive: true })
      : new TlsAgent({ keepAlive: true, ca: readFileSync(tls.authority) });
  const root = tls === undefined ? `http://${host}` : `https://${host}`;
  const request = tls === undefined ? requestPlain : requestTls;
  return {
    // The registry sees the proxy's name, so that the addresses it answers lead through the proxy too.
    open: ({ method, headers }, path) => {
      const authorization = authorizeInstead?.(path);
      const own = authorization === undefined ? {} : { authorization };
      return request(new URL(path, root), { method, headers: { ...headers, ...own }, agent });
    },
    close: () => agent.destroy(),
  };
}

async function readAll(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield bytes;
}
