import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable, pipeline } from 'node:stream';
import { getCACertificates } from 'node:tls';

/** A body that can be sent again: `open` gives it from its beginning each time. */
export interface RequestBody {
  readonly size: number;
  readonly open: () => Readable | Promise<Readable>;
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
}

/** Connections that are kept and used again. */
export interface HttpPool {
  /** @throws ConnectionError; the signal's reason; whatever opening or reading the request's body throws */
  exchange(request: HttpRequest): Promise<HttpResponse>;
  close(): void;
}

const maxSocketsPerHost = 16;

export function createHttpPool(options: HttpPoolOptions): HttpPool {
  const shared = { keepAlive: true, maxSockets: maxSocketsPerHost };
  const http = new HttpAgent(shared);
  const ca = options.caCertificates;
  const https = new HttpsAgent(
    ca === undefined ? shared : { ...shared, ca: [...getCACertificates('default'), ca] },
  );
  return {
    exchange: (request) => exchange(request, http, https, options),
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

async function exchange(
  { method, url, headers, body }: HttpRequest,
  http: HttpAgent,
  https: HttpsAgent,
  { idleTimeoutMs, signal }: HttpPoolOptions,
): Promise<HttpResponse> {
  signal?.throwIfAborted();
  const opened = body?.open();
  const content = opened instanceof Promise ? await opened : opened;
  return new Promise((resolve, reject) => {
    const onResponse = (message: IncomingMessage): void => {
      resolve({ url, status: message.statusCode ?? 0, headers: message.headers, body: message });
    };
    const settings = {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-length': `${body.size}` },
      ...(signal === undefined ? {} : { signal }),
    };
    const outgoing =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...settings, agent: https }, onResponse)
        : httpRequest(url, { ...settings, agent: http }, onResponse);
    outgoing.setTimeout(idleTimeoutMs, () => {
      const message = `nothing came or went for ${idleTimeoutMs / 1000} s`;
      outgoing.destroy(new ConnectionError(message, 'IDLE', false));
    });
    outgoing.once('error', (error) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      else reject(toConnectionError(error, outgoing.reusedSocket));
    });
    if (content === undefined) {
      outgoing.end();
      return;
    }
    content.once('error', reject); // a file that cannot be read is no fault of the connection
    pipeline(content, outgoing, () => undefined);
  });
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
