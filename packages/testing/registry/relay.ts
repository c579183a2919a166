import type {
  ClientRequest,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import { systemClock } from '@slipway/io/clock';
import { BrokenConnection, damageBody, passBody } from './body.js';
import type { Fault, ProxiedRequest } from './fault.js';

/** One request and what became of it. */
export interface ProxyRecord extends Omit<ProxiedRequest, 'manifest'> {
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
  /** Of the bodies, as far as they passed. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly fault: Fault['kind'] | undefined;
}

export type MutableRecord = { -readonly [Key in keyof ProxyRecord]: ProxyRecord[Key] };

/** A request on its way through the proxy, and the way back. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: AsyncIterable<Buffer>;
  readonly record: MutableRecord;
  readonly fault: Fault | undefined;
  /** Aborted when the proxy ends. */
  readonly end: AbortSignal;
  /** Breaks the connection to the client. */
  readonly reset: () => void;
  /** Asks the registry for this path. */
  readonly open: (request: IncomingMessage, path: string) => ClientRequest;
}

/** Brings a request to the registry and its answer back, with what goes wrong on the way. */
export async function relay(exchange: Exchange): Promise<void> {
  const { incoming, reset, fault, end } = exchange;
  const path = incoming.url ?? '/';
  if (fault?.kind === 'reset-before') {
    reset();
    return;
  }
  if (fault?.kind === 'answer') {
    return reply(exchange, fault.answer.status, fault.answer.headers ?? {}, fault.answer.body);
  }
  if (fault?.kind === 'limit' && Number(incoming.headers['content-length'] ?? 0) > fault.bytes) {
    const page = '<html><head><title>413 Request Entity Too Large</title></head></html>';
    return reply(exchange, 413, { 'content-type': 'text/html' }, page);
  }
  if (fault?.kind === 'redirect') {
    const location = new URL(path, fault.origin);
    location.searchParams.set('signature', 'of-the-registry');
    return reply(exchange, 307, { location: location.href });
  }
  if (fault?.kind === 'pretend-mount') return reply(exchange, 201, describeMount(path));
  if (fault?.kind === 'delay') await systemClock.sleep(fault.ms, end);
  if (fault?.kind === 'hold') await fault.until();
  return forward(exchange, fault?.kind === 'rewrite' ? fault.path : path);
}

function describeMount(path: string): OutgoingHttpHeaders {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const digest = searchParams.get('mount') ?? '';
  const location = pathname.replace(/uploads\/?$/, digest);
  return { location, 'docker-content-digest': digest };
}

/** Answers without the registry; the body that comes is read and forgotten. */
async function reply(
  { body: sent, incoming, outgoing, record, end }: Exchange,
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
  for await (const piece of passBody(sent, undefined, count, end)) piece.fill(0);
}

async function forward(exchange: Exchange, path: string): Promise<void> {
  const { incoming, body, reset, record, fault, end, open } = exchange;
  const onward = open(incoming, path);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve);
    onward.once('error', reject);
  });
  incoming.once('close', () => {
    if (!incoming.complete) onward.destroy();
  });
  const bodyFault = fault?.kind === 'request-body' ? fault.fault : undefined;
  const count = (bytes: number): void => void (record.bytesIn += bytes);
  const sending = pipeline(passBody(body, bodyFault, count, end), onward).catch(
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
