import { readFileSync } from 'node:fs';
import {
  Agent,
  createServer,
  request as requestPlain,
  type IncomingMessage,
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
  /** What the proxy shows the registry in place of what it was shown. */
  readonly authorization?: string | undefined;
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
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers, socket } = incoming;
    const asked = { method, path, hasAuthorization: headers.authorization !== undefined };
    const record: MutableRecord = {
      ...asked,
      fault: undefined,
      status: undefined,
      bytesIn: 0,
      bytesOut: 0,
    };
    lines.push(`${method} ${path}`);
    records.push(record);
    const reset = (): void => void socket.resetAndDestroy();
    try {
      const isManifest = method === 'PUT' && path.includes('/manifests/');
      const manifest = isManifest ? await readAll(incoming) : undefined;
      const fault = await faultOf({ ...asked, manifest });
      record.fault = fault?.kind;
      const body = manifest === undefined ? incoming : oneChunk(manifest);
      const way = { incoming, outgoing, body, record, fault, end: ending.signal };
      await relay({ ...way, reset, open: agents.open });
    } catch {
      reset(); // what breaks on the way to the registry breaks on the way back
    }
  };
  const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void =>
    void handle(incoming, outgoing);
  const server =
    behind.tls === undefined
      ? createServer(listener)
      : createTlsServer(
          { key: readFileSync(behind.tls.key), cert: readFileSync(behind.tls.certificate) },
          listener,
        );
  const host = await listen(server);
  const close = async (): Promise<void> => {
    ending.abort();
    await stop(server);
    agents.close();
  };
  return { host, lines, records, close };
}

function openUpstream({ host, tls, authorization }: Upstream): {
  readonly open: Exchange['open'];
  readonly close: () => void;
} {
  const agent =
    tls === undefined
      ? new Agent({ keepAlive: true })
      : new TlsAgent({ keepAlive: true, ca: readFileSync(tls.authority) });
  const root = tls === undefined ? `http://${host}` : `https://${host}`;
  const request = tls === undefined ? requestPlain : requestTls;
  const own = authorization === undefined ? {} : { authorization };
  return {
    // The registry sees the proxy's name, so that the addresses it answers lead through the proxy too.
    open: ({ method, headers }, path) =>
      request(new URL(path, root), { method, headers: { ...headers, ...own }, agent }),
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
