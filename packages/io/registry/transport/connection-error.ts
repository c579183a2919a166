import type { Proxy } from './proxy.js';

/** No answer came, or it broke off. */
export class ConnectionError extends Error {
  override readonly name: string = 'ConnectionError';
  /** Node's code: `ECONNREFUSED`, `ENOTFOUND`, `DEPTH_ZERO_SELF_SIGNED_CERT`; `IDLE` when nothing came for too long. */
  readonly code: string;
  /** The connection had been used before and was closed before an answer began. */
  readonly wasStale: boolean;
  /** What the connection went through. */
  readonly proxy: Proxy | undefined;

  constructor(message: string, code: string, wasStale: boolean, cause?: unknown, proxy?: Proxy) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.wasStale = wasStale;
    this.proxy = proxy;
  }
}

/** The proxy itself does not answer, or does not let a request through. */
export class ProxyError extends ConnectionError {
  override readonly name = 'ProxyError';
  override readonly proxy: Proxy;
  /** What it answered in place of what was asked for (RFC 9110, section 9.3.6); absent when nothing came. */
  readonly status: number | undefined;

  constructor(proxy: Proxy, reason: ConnectionError | number) {
    if (typeof reason === 'number') super(`${reason}`, 'PROXY', false);
    else super(reason.message, reason.code, false, reason);
    this.proxy = proxy;
    this.status = typeof reason === 'number' ? reason : undefined;
  }
}

/** What Node says when it could not connect at all. */
const unconnectedCodes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
];

/**
 * What Node says of a connection, in one form.
 *
 * @param proxy what the connection went through
 */
export function toConnectionError(
  error: unknown,
  wasReused: boolean,
  proxy?: Proxy,
): ConnectionError {
  if (error instanceof ConnectionError && (proxy === undefined || error.proxy === proxy)) {
    return error;
  }
  const code = readErrorText(error, 'code') ?? 'UNKNOWN';
  const wasStale = wasReused && (code === 'ECONNRESET' || code === 'EPIPE');
  // Several addresses of one name fail together, with a code and no message.
  const message = readErrorText(error, 'message') ?? code;
  const told = new ConnectionError(message, code, wasStale, error, proxy);
  // Of what goes through a proxy only the proxy is ever connected to.
  return proxy !== undefined && unconnectedCodes.includes(code)
    ? new ProxyError(proxy, told)
    : told;
}

/** A text of an error, whatever made it: errors of Node can come from another realm than ours. */
export function readErrorText(
  error: unknown,
  name: 'name' | 'code' | 'message',
): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const text: unknown = Reflect.get(error, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
