import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Readable, Writable } from 'node:stream';
import { couple, openHostEnd, paths, streamOptions, type NodeReport } from './link.js';

/** One node, as the machine of the lab sees it. */
export interface HostEnd {
  /** Tells the node on which ports to listen; only to these are connections passed on. */
  setPorts(ports: readonly number[]): void;
  /** What it made of the last ports; undefined before it has said anything. */
  readonly report: NodeReport | undefined;
  /** Resolves when the link is gone. */
  readonly closed: Promise<void>;
}

const pingEveryMs = 30_000;

/**
 * Takes the connections that a node hands over, and connects each with the same port of this machine’s loopback.
 */
export function startHostEnd(input: Readable, output: Writable): HostEnd {
  const session = openHostEnd(input, output);
  const listeners = new Set<ServerHttp2Stream>();
  let ports: readonly number[] = [];
  let report: NodeReport | undefined;
  const tell = (stream: ServerHttp2Stream): void => void stream.write(`${JSON.stringify(ports)}\n`);
  session.on('stream', (stream, headers) => {
    const path = headers[':path'] ?? '';
    stream.on('error', () => undefined); // the other side of a stream that broke is told by its end
    if (path === paths.ports) {
      stream.respond({ ':status': 200 });
      listeners.add(stream);
      tell(stream);
    } else if (path === paths.report) {
      stream.respond({ ':status': 204 }, { endStream: true });
      void text(stream).then((said) => (report = readReport(said)));
    } else {
      passOn(stream, Number(path.slice(1)), ports);
    }
  });
  const closed = new Promise<void>((resolve) => session.once('close', resolve));
  session.on('error', () => session.destroy());
  keepAlive(session);
  return {
    setPorts: (wanted) => {
      if (JSON.stringify(wanted) === JSON.stringify(ports)) return;
      ports = wanted;
      for (const stream of listeners) tell(stream);
    },
    get report() {
      return report;
    },
    closed,
  };
}

function passOn(stream: ServerHttp2Stream, port: number, ports: readonly number[]): void {
  if (!ports.includes(port)) {
    stream.close(constants.NGHTTP2_REFUSED_STREAM);
    return;
  }
  stream.respond({ ':status': 200 }, streamOptions);
  couple(connect({ host: '127.0.0.1', port, allowHalfOpen: true }), stream);
}

/** Between here and the node are proxies that cut what is silent for long. */
function keepAlive(session: ServerHttp2Session): void {
  const timer = setInterval(() => session.ping(() => undefined), pingEveryMs);
  timer.unref();
  session.once('close', () => clearInterval(timer));
}

function readReport(said: string): NodeReport {
  return JSON.parse(said) as NodeReport; // our own other end said it
}
