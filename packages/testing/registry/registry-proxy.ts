import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stop, type Answer } from './test-server.js';

/**
 * What goes wrong with one request: the registry answers something else (`answer`), the connection breaks
 * before the registry hears of it (`reset-before`), or after it did its work (`reset-after`).
 */
export type Fault =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'reset-before' }
  | { readonly kind: 'reset-after' };

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

export interface RegistryProxy {
  /** `127.0.0.1:41234` */
  readonly host: string;
  /** `PUT /v2/a/manifests/1.0.0`, in the order in which they came. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/**
 * A proxy in front of a real registry, which does to chosen requests what networks and registries do.
 *
 * @param upstream the registry: `127.0.0.1:5000`
 * @param faultOf asked for every request; undefined lets it pass
 */
export async function startRegistryProxy(
  upstream: string,
  faultOf: (request: ProxiedRequest) => Fault | undefined,
): Promise<RegistryProxy> {
  const lines: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '' } = incoming;
    lines.push(`${method} ${path}`);
    const fault = faultOf({ method, path });
    if (fault?.kind === 'reset-before') {
      incoming.socket.destroy();
      return;
    }
    if (fault?.kind === 'answer') {
      const { status, headers, body } = fault.answer;
      incoming.resume();
      outgoing.writeHead(status, headers);
      outgoing.end(method === 'HEAD' ? undefined : body);
      return;
    }
    forward(incoming, outgoing, upstream, fault?.kind === 'reset-after');
  });
  const host = await listen(server);
  return { host, lines, close: () => stop(server) };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstream: string,
  dropsAnswer: boolean,
): void {
  const { method, url, headers } = incoming;
  const target = new URL(url ?? '/', `http://${upstream}`);
  // The registry sees the proxy's name, so that the addresses it answers lead through the proxy too.
  const onward = request(target, { method, headers }, (answer) => {
    if (dropsAnswer) {
      answer.resume();
      answer.once('end', () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.once('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}
