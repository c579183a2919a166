import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { isLoopbackHost } from './endpoint.js';

// Not imported: an import of node:http also loads what it only passes on (WebSocket), 22 ms at every start.
const http = process.getBuiltinModule('node:http');
/** Loaded when the first registry with TLS is spoken to. */
const loadTls = () => ({
  https: process.getBuiltinModule('node:https'),
  tls: process.getBuiltinModule('node:tls'),
});

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

/** No answer came, or it broke off. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Node's code: `ECONNREFUSED`, `ENOTFOUND`, `DEPTH_ZERO_SELF_SIGNED_CERT`; `IDLE` when nothing came for too long. */
  readonly code: string;
  /** The connection had been used before and was closed before an answer began. */
  readonly wasStale: boolean;

  constructor(message: string, code: string, wasStale: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.wasStale = wasStale;
  }
}

export interface HttpPoolOptions {
  /** PEM text, trusted besides the usual certificates. */
  readonly caCertificates?: string;
  /** Without a byte in either direction for so long, a request has failed. */
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and their small forms, as the environment has them. */
  readonly proxy?: Readonly<Record<string, string>>;
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

export function createHttpPool(options: HttpPoolOptions): HttpPool {
  const agents = createAgents(options);
  return {
    exchange: (request, body) => exchange(request, body, agents.choose(request.url), options),
    close: () => agents.close(),
  };
}

interface Agents {
  choose(url: URL): Agent;
  close(): void;
}

/** What goes to this machine itself goes there directly, whatever proxies are set. */
function createAgents({ caCertificates, proxy }: HttpPoolOptions): Agents {
  const agents = new Map<string, Agent>();
  const open = (isTls: boolean, isProxied: boolean): Agent => {
    const settings = {
      keepAlive: true,
      maxSockets: maxSocketsPerHost,
      ...(isProxied && proxy !== undefined ? { proxyEnv: proxy } : {}),
    };
    if (!isTls) return new http.Agent(settings);
    const { https, tls } = loadTls();
    if (caCertificates === undefined) return new https.Agent(settings);
    const ca = [...tls.getCACertificates('default'), caCertificates];
    return new https.Agent({ ...settings, ca });
  };
  return {
    choose: ({ protocol, host }) => {
      const isTls = protocol === 'https:';
      const isProxied = proxy !== undefined && !isLoopbackHost(host);
      const key = `${isTls} ${isProxied}`;
      const agent = agents.get(key) ?? open(isTls, isProxied);
      agents.set(key, agent);
      return agent;
    },
    close: () => {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function exchange(
  { method, url, headers }: HttpRequest,
  body: OpenedBody | undefined,
  agent: Agent,
  { idleTimeoutMs, signal }: HttpPoolOptions,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const onResponse = (message: IncomingMessage): void => {
      answer = message;
      if (body !== undefined && !body.content.readableEnded) endEarly(outgoing, message, body);
      resolve({ url, status: message.statusCode ?? 0, headers: message.headers, body: message });
    };
    const settings = {
      method,
      agent,
      headers: body === undefined ? headers : { ...headers, 'content-length': `${body.size}` },
      ...(signal === undefined ? {} : { signal }),
    };
    const send = url.protocol === 'https:' ? loadTls().https.request : http.request;
    const outgoing = send(url, settings, onResponse);
    outgoing.setTimeout(idleTimeoutMs, () => {
      const message = `nothing came or went for ${idleTimeoutMs / 1000} s`;
      const error = new ConnectionError(message, 'IDLE', false);
      answer?.destroy(error); // else who reads it would only hear that it broke off
      outgoing.destroy(error);
    });
    outgoing.once('error', (error) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      else reject(toConnectionError(error, outgoing.reusedSocket));
    });
    if (body === undefined) {
      outgoing.end();
      return;
    }
    body.content.once('error', reject); // a file that cannot be read is no fault of the connection
    pump(body, outgoing);
  });
}

/** Hands a body on as fast as the connection takes it. Like `pipeline`, and pieces can be given back. */
function pump({ content, onSent }: OpenedBody, outgoing: ClientRequest): void {
  const release = content instanceof RecyclingReadable ? content.release : () => undefined;
  content.on('data', (chunk: Buffer) => {
    onSent?.(chunk.length);
    if (!outgoing.write(chunk, () => release(chunk))) content.pause();
  });
  outgoing.on('drain', () => content.resume());
  content.once('end', () => outgoing.end());
  content.once('error', (error) => outgoing.destroy(error));
  outgoing.once('close', () => content.destroy());
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

/** What Node says of a connection, in one form. */
export function toConnectionError(error: unknown, wasReused: boolean): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const code = readErrorText(error, 'code') ?? 'UNKNOWN';
  const wasStale = wasReused && (code === 'ECONNRESET' || code === 'EPIPE');
  // Several addresses of one name fail together, with a code and no message.
  const message = readErrorText(error, 'message') ?? code;
  return new ConnectionError(message, code, wasStale, error);
}

/** A text of an error, whatever made it: errors of Node can come from another realm than ours. */
function readErrorText(error: unknown, name: 'name' | 'code' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const text: unknown = Reflect.get(error, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
