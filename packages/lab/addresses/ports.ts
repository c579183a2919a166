import { createServer } from 'node:net';
import { LabError } from '../errors/index.js';

/** Below the range that the kernel hands out for outgoing connections. */
const lowestPort = 20_000;
const lastPort = 32_000;

/** Registries take the lowest ports that are free: so many of them are named where no range can be. */
export const namedPorts = 20;

/** The ports that are chosen first. */
export function lowestPorts(count: number): readonly number[] {
  return Array.from({ length: count }, (_, position) => lowestPort + position);
}

/**
 * A port of this address that nobody listens on, found by listening on it for a moment.
 *
 * @throws LabError when the address is not this machine's, or no port is free
 */
export async function findFreePort(
  host: string,
  isTaken: (port: number) => boolean = () => false,
  firstPort = lowestPort,
): Promise<number> {
  for (let port = firstPort; port < lastPort; port += 1) {
    if (!isTaken(port) && (await canListen(host, port))) return port;
  }
  throw new LabError(`no port of ${host} between ${firstPort} and ${lastPort} is free`);
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(new LabError(`cannot listen on ${host}`, { cause: error }));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
