import { readFileSync } from 'node:fs';
import {
  Agent,
  createServer,
  request as requestPlain,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '@slipway/io/clock';
import { BrokenConnection, damageBody, passBody } from './body.js';
import type { Fault, ProxiedRequest } from './fault.js';
import { listen, stop } from './test-server.js';

/** One request and what became of it. */
export interface ProxyRecord extends ProxiedRequest {
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  /** Of the bodies, as far as they passed. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly fault: Fault['kind'] | undefined;
}

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
  /** The file of the authority's certificate, where it speaks TLS. */
  readonly authority?: string;
  /** What the proxy shows the registry in place of what it was shown. */
  readonly authorization?: string | undefined;
}

type MutableRecord = { -readonly [Key in keyof ProxyRecord]: ProxyRecord[Key] };

interface Exchange {
  readonly incoming: IncomingMessage;
  /** Breaks the connection to the client. */
  readonly reset: () => void;
  readonly outgoing: ServerResponse;
  readonly record: MutableRecord;
  readonly fault: Fault | undefined;
  readonly end: AbortSignal;
  readonly open: (request: IncomingMessage) => ClientRequest;
}

/**
 * A proxy in front of a real registry, which does to chosen requests what networks and registries do. It
 * speaks plain HTTP itself.
 *
 * @param upstream the registry: `127.0.0.1:5000`
 * @param faultOf asked for every request; undefined lets it pass
 */
export async function startRegistryProxy(
  upstream: string | Upstream,
  faultOf: (request: ProxiedRequest) => Fault | undefined,
): Promise<RegistryProxy> {
  const lines: string[] = [];
  const records: MutableRecord[] = [];
  const ending = new AbortController();
  const agents = openUpstream(typeof upstream === 'string' ? { host: upstream } : upstream);
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers, socket } = incoming;
    const asked = { method, path, hasAuthorization: headers.authorization !== undefined };
    const fault = faultOf(asked);
    const record = { ...asked, fault: fault?.kind, status: undefined, bytesIn: 0, bytesOut: 0 };
    records.push(record);
    lines.push(`${method} ${path}`);
    const reset = (): void => void socket.resetAndDestroy();
    const about = { incoming, outgoing, reset, record, fault, end: ending.signal };
    // what breaks on the way to the registry breaks on the way back
    handle({ ...about, open: agents.open }).catch(reset);
  });
  const host = await listen(server);
  return {
    host,
    records,
    lines,
    close: async () => {
      ending.abort();
      await stop(server);
      agents.close();
    },
  };
}

function openUpstream({ host, authority, authorization }: Upstream): {
  readonly open: Exchange['open'];
  readonly close: () => void;
} {
  const agent =
    authority === undefined
      ? new Agent({ keepAlive: true })
      : new TlsAgent({ keepAlive: true, ca: readFileSync(authority) });
  const root = authority === undefined ? `http://${host}` : `https://${host}`;
  const request = authority === undefined ? requestPlain : requestTls;
  const own = authorization === undefined ? {} : { authorization };
  return {
    // The registry sees the proxy's name, so that the addresses it answers lead through the proxy too.
    open: ({ method, url, headers }) =>
      request(new URL(url ?? '/', root), { method, headers: { ...headers, ...own }, agent }),
    close: () => agent.destroy(),
  };
}

async function handle(exchange: Exchange): Promise<void> {
  const { incoming, reset, fault, end } = exchange;
  if (fault?.kind === 'reset-before') {
    reset();
    return;
  }
  if (fault?.kind === 'answer') {
    return reply(exchange, fault.answer.status, fault.answer.headers ?? {}, fault.answer.body);
  }
  if (fault?.kind === 'redirect') {
    const location = new URL(incoming.url ?? '/', fault.origin);
    location.searchParams.set('signature', 'of-the-registry');
    return reply(exchange, 307, { location: location.href });
  }
  if (fault?.kind === 'pretend-mount') return reply(exchange, 201, describeMount(incoming.url));
  if (fault?.kind === 'delay') await systemClock.sleep(fault.ms, end);
  if (fault?.kind === 'hold') await fault.until();
  return forward(exchange);
}

function describeMount(url = ''): OutgoingHttpHeaders {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const digest = searchParams.get('mount') ?? '';
  const location = pathname.replace(/uploads\/?$/, digest);
  return { location, 'docker-content-digest': digest };
}

/** Answers without the registry; the body that comes is read and forgotten. */
async function reply(
  { incoming, outgoing, record, end }: Exchange,
  status: number,
  headers: OutgoingHttpHeaders,
  body = '',
): Promise<void> {
  const isHead = incoming.method === 'HEAD';
  const length = isHead ? {} : { 'content-length': Buffer.byteLength(body) };
  record.status = status;
  record.bytesOut = isHead ? 0 : Buffer.byteLength(body);
  outgoing.writeHead(status, { ...length, ...headers });
  outgoing.end(isHead ? undefined : body);
  const count = (bytes: number): void => void (record.bytesIn += bytes);
  for await (const piece of passBody(incoming, undefined, count, end)) piece.fill(0);
}

async function forward(exchange: Exchange): Promise<void> {
  const { incoming, reset, record, fault, end, open } = exchange;
  const onward = open(incoming);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve);
    onward.once('error', reject);
  });
  incoming.once('close', () => {
    if (!incoming.complete) onward.destroy();
  });
  const bodyFault = fault?.kind === 'request-body' ? fault.fault : undefined;
  const count = (bytes: number): void => void (record.bytesIn += bytes);
  const sending = pipeline(passBody(incoming, bodyFault, count, end), onward).catch(
    (error: unknown) => {
      // a registry may answer, and hang up, before it has read everything
      if (error instanceof BrokenConnection) throw error;
    },
  );
  const answer = await Promise.race([answered, sending.then(() => answered)]);
  if (fault?.kind === 'reset-after') {
    answer.resume();
    await new Promise((resolve) => answer.once('close', resolve));
    reset();
    return;
  }
  await giveBack(exchange, answer);
}

async function giveBack(exchange: Exchange, answer: IncomingMessage): Promise<void> {
  const { outgoing, record, fault, end } = exchange;
  record.status = answer.statusCode ?? 502;
  const length = fault?.kind === 'truncate' && fault.isHonest ? fault.bytes : undefined;
  const changes = fault?.kind === 'headers' ? fault.headers : {};
  outgoing.writeHead(record.status, changeHeaders(answer.headers, changes, length));
  outgoing.flushHeaders();
  const count = (bytes: number): void => void (record.bytesOut += bytes);
  const source = fault?.kind === 'damage' ? damageBody(answer) : answer;
  if (fault?.kind === 'truncate') {
    const cut = { kind: 'reset', afterBytes: fault.bytes } as const;
    for await (const chunk of untilBroken(passBody(source, cut, count, end))) outgoing.write(chunk);
    if (fault.isHonest) outgoing.end();
    else outgoing.socket?.destroySoon();
    return;
  }
  const bodyFault = fault?.kind === 'answer-body' ? fault.fault : undefined;
  await pipeline(passBody(source, bodyFault, count, end), outgoing);
}

async function* untilBroken(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch {
    // all that was to pass has passed
  }
}

function changeHeaders(
  headers: IncomingMessage['headers'],
  changes: Readonly<Record<string, string | undefined>>,
  length: number | undefined,
): OutgoingHttpHeaders {
  const changed: OutgoingHttpHeaders = {
    ...headers,
    ...changes,
    ...(length === undefined ? {} : { 'content-length': length }),
  };
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
}
