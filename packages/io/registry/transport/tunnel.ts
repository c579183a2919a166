import type { RequestOptions } from 'node:http';
import type { Agent, AgentOptions } from 'node:https';
import { Socket } from 'node:net';
import { ConnectionError, ProxyError, toConnectionError } from './connection-error.js';
import { http, loadTls } from './node-http.js';
import type { Proxy } from './proxy.js';

export interface TunnelOptions {
  /** Trusted when the proxy itself speaks TLS. */
  readonly ca?: AgentOptions['ca'];
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * An agent whose connections go through tunnels of a proxy (RFC 9110, section 9.3.6). Node's agents have that too
 * (`proxyEnv`), but they wait for ever for a proxy that is silent, interrupted or not.
 */
export function createTunnelAgent(
  settings: AgentOptions,
  proxy: Proxy,
  options: TunnelOptions,
): Agent {
  const agent = new (loadTls().https.Agent)(settings);
  const secure = agent.createConnection.bind(agent);
  agent.createConnection = (target, done) => {
    openTunnel(proxy, formatTarget(target), options).then(
      (socket) => {
        const secured = secure(Object.assign({ socket }, target));
        done?.(null, secured ?? socket);
      },
      // the types want a connection where there is none: one that was never opened
      (error: unknown) => done?.(toConnectionError(error, false), new Socket()),
    );
    return undefined;
  };
  return agent;
}

/** @example formatTarget({ host: 'registry.example.com', port: 443 }) // 'registry.example.com:443' */
function formatTarget({ host, port }: RequestOptions): string {
  const name = host ?? '';
  return `${name.includes(':') ? `[${name}]` : name}:${port ?? 443}`;
}

/** @throws ProxyError; the reason of the signal as Node wraps it */
function openTunnel(
  proxy: Proxy,
  target: string,
  { ca, idleTimeoutMs, signal }: TunnelOptions,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const settings = {
      method: 'CONNECT',
      path: target,
      agent: false,
      headers: { host: target, connection: 'keep-alive', ...formatAuthorization(proxy) },
      ...(signal === undefined ? {} : { signal }),
      ...(ca === undefined ? {} : { ca }),
    };
    const send = proxy.origin.startsWith('https:') ? loadTls().https.request : http.request;
    const asked = send(proxy.origin, settings);
    asked.setTimeout(idleTimeoutMs, () => asked.destroy(idleError(idleTimeoutMs)));
    asked.once('error', (error) => {
      reject(
        signal?.aborted === true ? error : new ProxyError(proxy, toConnectionError(error, false)),
      );
    });
    asked.once('connect', ({ statusCode = 0 }, socket: Socket) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ProxyError(proxy, statusCode));
    });
    asked.end();
  });
}

export function idleError(idleTimeoutMs: number): ConnectionError {
  return new ConnectionError(`nothing came or went for ${idleTimeoutMs / 1000} s`, 'IDLE', false);
}

/** The field that a proxy is shown, where it wants one. */
export function formatAuthorization({ authorization }: Proxy): Record<string, string> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization.reveal() };
}
