import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core/errors';
import { ProxyError, readErrorText, toConnectionError } from './connection-error.js';
import { isLoopbackHost } from './endpoint.js';
import { http, loadTls } from './node-http.js';
import type { Proxy, ProxyRules } from './proxy.js';
import { createTunnelAgent, formatAuthorization, idleError } from './tunnel.js';

/** A body that can be sent again: `open` gives it from its beginning each time. */
export interface RequestBody {
  readonly size: number;
  readonly open: () => Readable | Promise<Readable>;
  /** Told of every piece that was handed to the connection, in bytes. */
  readonly onSent?: (bytes: number) => void;
}

/** A body that is in memory. */
export function bytesBody(bytes: Uint8Array): RequestBody {
  return { size: bytes.byteLength, open: () => Readable.from([bytes], { objectMode: false }) };
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
}

/** A body that has been opened: it is read to its end or destroyed. */
export interface OpenedBody extends Pick<RequestBody, 'size' | 'onSent'> {
  readonly content: Readable;
}

export interface HttpResponse {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end, or destroyed. */
  readonly body: Readable;
}

export interface HttpPoolOptions {
  /** PEM text, trusted besides the usual certificates. */
  readonly caCertificates?: string;
  /** Without a byte in either direction for so long, a request has failed. */
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** What does not stay on this machine goes through the proxy that they name. */
  readonly findProxy?: ProxyRules;
}

/** Connections that are kept and used again. */
export interface HttpPool {
  /**
   * One request, one answer. The request's own body is opened by the caller, who hands it over with it.
   *
   * @throws ConnectionError; the signal's reason; whatever reading the request's body throws
   */
  exchange(request: HttpRequest, body?: OpenedBody): Promise<HttpResponse>;
  close(): void;
}

/** The connections of a host, of which the gate before them never needs all. */
const maxSocketsPerHost = 64;
const proxyAuthenticationRequired = 407;

export function createHttpPool(options: HttpPoolOptions): HttpPool {
  const ways = createWays(options);
  return {
    exchange: (request, body) => exchange(request, body, ways.find(request.url), options),
    close: () => ways.close(),
  };
}

/** How a request gets where it is to go. */
interface Way {
  readonly agent: Agent;
  readonly proxy: Proxy | undefined;
  /** A request without TLS is sent to the proxy, which reads the whole address in it (RFC 9112, section 3.2.2). */
  readonly isPassedOn: boolean;
}

interface Ways {
  find(url: URL): Way;
  close(): void;
}

/** What goes to this machine itself goes there directly, whatever proxies are set. */
function createWays(options: HttpPoolOptions): Ways {
  const agents = new Map<string, Agent>();
  return {
    find: (url) => {
      const isTls = url.protocol === 'https:';
      const proxy = isLoopbackHost(url.host) ? undefined : options.findProxy?.(url);
      const key = `${isTls} ${proxy?.origin ?? ''}`;
      const agent = agents.get(key) ?? openAgent(isTls, proxy, options);
      agents.set(key, agent);
      return { agent, proxy, isPassedOn: !isTls && proxy !== undefined };
    },
    close: () => {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function openAgent(isTls: boolean, proxy: Proxy | undefined, options: HttpPoolOptions): Agent {
  const { caCertificates } = options;
  // Without TLS some proxies end a connection after one answer, and do not say that they will (tinyproxy).
  const isPassedOn = !isTls && proxy !== undefined;
  const settings = isPassedOn ? {} : { keepAlive: true, maxSockets: maxSocketsPerHost };
  if (!isTls && proxy?.origin.startsWith('https:') !== true) return new http.Agent(settings);
  const { https, tls } = loadTls();
  const trust =
    caCertificates === undefined
      ? {}
      : { ca: [...tls.getCACertificates('default'), caCertificates] };
  const all = { ...settings, ...trust };
  if (!isTls || proxy === undefined) return new https.Agent(all);
  return createTunnelAgent(all, proxy, { ...options, ...trust });
}

function exchange(
  request: HttpRequest,
  body: OpenedBody | undefined,
  way: Way,
  { idleTimeoutMs, signal }: HttpPoolOptions,
): Promise<HttpResponse> {
  const { url } = request;
  const { proxy } = way;
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const onResponse = (message: IncomingMessage): void => {
      answer = message;
      if (body !== undefined && !body.content.readableEnded) endEarly(outgoing, message, body);
      const { statusCode: status = 0, headers } = message;
      if (way.isPassedOn && status === proxyAuthenticationRequired && proxy !== undefined) {
        message.resume();
        reject(new ProxyError(proxy, status));
        return;
      }
      resolve({ url, status, headers, body: message });
    };
    const outgoing = openRequest(request, body, way, signal);
    outgoing.once('response', onResponse);
    outgoing.setTimeout(idleTimeoutMs, () => {
      const error = idleError(idleTimeoutMs);
      answer?.destroy(error); // else who reads it is told of an abort, and not why
      outgoing.destroy(error);
    });
    outgoing.on('error', (error) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (error instanceof SlipwayError) reject(error);
      else reject(toConnectionError(error, outgoing.reusedSocket, proxy));
    });
    if (body === undefined) {
      outgoing.end();
      return;
    }
    body.content.once('error', reject); // a file that cannot be read is no fault of the connection
    pump(body, outgoing);
  });
}

function openRequest(
  { method, url, headers }: HttpRequest,
  body: OpenedBody | undefined,
  { agent, proxy, isPassedOn }: Way,
  signal: AbortSignal | undefined,
): ClientRequest {
  const settings = {
    method,
    agent,
    headers: body === undefined ? headers : { ...headers, 'content-length': `${body.size}` },
    ...(signal === undefined ? {} : { signal }),
  };
  const address = isPassedOn && proxy !== undefined ? new URL(proxy.origin) : url;
  const send = address.protocol === 'https:' ? loadTls().https.request : http.request;
  if (!isPassedOn || proxy === undefined) return send(address, settings);
  const path = `${url.origin}${url.pathname}${url.search}`;
  const shown = { ...settings.headers, host: url.host, ...formatAuthorization(proxy) };
  return send(address, { ...settings, path, headers: shown });
}

/** Hands a body on as fast as the connection takes it. Like `pipeline`, and pieces can be given back. */
function pump({ content, size, onSent }: OpenedBody, outgoing: ClientRequest): void {
  const release = content instanceof RecyclingReadable ? content.release : () => undefined;
  let left = size;
  content.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) {
      // Past the length that was announced the other side would read it as the next request.
      content.destroy(wrongLength('more', size));
      return;
    }
    onSent?.(chunk.length);
    const onWritten = (error?: Error | null): void => {
      if (error === undefined || error === null) release(chunk); // else somebody may still look at it
    };
    if (!outgoing.write(chunk, onWritten)) content.pause();
  });
  outgoing.on('drain', () => content.resume());
  content.once('end', () => {
    if (left > 0) outgoing.destroy(wrongLength('less', size));
    else outgoing.end();
  });
  content.once('error', (error) => outgoing.destroy(error));
  outgoing.once('close', () => content.destroy());
}

function wrongLength(how: 'more' | 'less', size: number): SlipwayError {
  return new SlipwayError(
    'source-invalid',
    `what was to be sent has ${how} than its ${size} bytes`,
    {
      fix: 'Something changed it meanwhile: make it anew, and run this step again.',
    },
  );
}

/** A body whose pieces are its own, and of no use to anybody once they are on their way. */
export abstract class RecyclingReadable extends Readable {
  /**
   * Frees the memory of a piece at once instead of some time: of large blobs the garbage would fill 100 MB and
   * more before it is collected. A piece that shares its memory with something else is left alone.
   */
  readonly release = (chunk: Buffer): void => {
    const { buffer, byteLength } = chunk;
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
  };
}

/** An answer that comes before all was sent is the whole answer: the rest is kept, and the connection given up. */
function endEarly(
  outgoing: ClientRequest,
  message: IncomingMessage,
  { content }: OpenedBody,
): void {
  content.removeAllListeners('data');
  content.destroy();
  message.once('close', () => outgoing.destroy());
}

/**
 * The whole body of an answer.
 *
 * @throws ConnectionError `IDLE` or Node's code when it breaks off; `TooLargeError`
 */
export async function readBody(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > maxBytes) throw new TooLargeError(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof TooLargeError || isAbort(error)) throw error;
    throw toConnectionError(error, false);
  }
  return Buffer.concat(chunks);
}

/** An answer that is larger than anything it could rightly be. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
  }
}

function isAbort(error: unknown): boolean {
  return readErrorText(error, 'name') === 'AbortError';
}
