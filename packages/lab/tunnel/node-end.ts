import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import type { ClientHttp2Session } from 'node:http2';
import { couple, openNodeEnd, paths, streamOptions, type NodeReport } from './link.js';

/**
 * Runs on a node of an existing cluster, in a pod that has the node’s network: listens on the loopback ports that it is
 * told, and hands every connection to the machine of the lab, through its own standard input and output.
 */
const session = openNodeEnd(process.stdin, process.stdout);
session.on('error', (error) => process.stderr.write(`${String(error)}\n`));
session.on('close', () => setImmediate(() => process.exit())); // after what it carried is broken off

/** An earlier one, whose link broke, may need a moment to notice. */
const patienceMs = 5000;
const servers = new Map<number, Server>();

const orders = session.request({ ':path': paths.ports });
for await (const line of createInterface({ input: orders })) {
  const ports = readPorts(line);
  for (const [port, server] of servers) {
    if (ports.includes(port)) continue;
    server.close();
    servers.delete(port);
  }
  const refused: { port: number; reason: string }[] = [];
  for (const port of ports) {
    const reason = servers.has(port) ? undefined : await tryListen(session, port);
    if (reason !== undefined) refused.push({ port, reason });
  }
  report({ ports: [...servers.keys()], refused });
}

/** @returns why not, where it cannot */
async function tryListen(link: ClientHttp2Session, port: number): Promise<string | undefined> {
  for (let turn = 0; ; turn += 1) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const path = `/${port}`;
      couple(socket, link.request({ ':method': 'POST', ':path': path }, streamOptions));
    });
    const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen({ host: '127.0.0.1', port }, () => resolve(undefined));
    });
    if (failure === undefined) {
      servers.set(port, server);
      return undefined;
    }
    const everyMs = 250;
    if (failure.code !== 'EADDRINUSE' || turn * everyMs >= patienceMs) return failure.message;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function report(said: NodeReport): void {
  const stream = session.request(
    { ':method': 'POST', ':path': paths.report },
    { endStream: false },
  );
  stream.resume();
  stream.end(JSON.stringify(said));
}

function readPorts(line: string): readonly number[] {
  const ports: unknown = JSON.parse(line);
  if (!Array.isArray(ports)) throw new Error(`no list of ports: ${line}`);
  return ports.filter((port) => typeof port === 'number');
}
