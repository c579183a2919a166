import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Lab } from '@slipway/lab/parts';

/** `denied`: it does not know us. `away`: it answers 503. `missing`: it does not have the image yet. */
export type RegistryMood = 'well' | 'denied' | 'away' | 'missing';

/** A registry that nodes pull from, and that does to each row what the row asks for. */
export interface MoodyRegistry {
  /** `10.64.0.1:41234` */
  readonly host: string;
  /** @param row the first part of a path: `/v2/<row>/app/…` leads to the repository behind */
  setMood(row: string, mood: RegistryMood): void;
  close(): Promise<void>;
}

/**
 * @param upstream the registry behind: `10.64.0.1:20000`
 * @param path of the one repository behind: `stage/app`
 * @param admit lets the nodes reach it
 */
export async function startMoodyRegistry(
  upstream: string,
  path: string,
  admit: Lab['admitRegistry'],
): Promise<MoodyRegistry> {
  const moods = new Map<string, RegistryMood>();
  const server = createServer((incoming, outgoing) => {
    const row = /^\/v2\/(?<row>[^/]+)\/app\//.exec(incoming.url ?? '')?.groups?.['row'] ?? '';
    const refusal = refusals.get(moods.get(row) ?? 'well');
    if (refusal !== undefined && row !== '') answer(outgoing, refusal);
    else passOn(incoming, outgoing, upstream, (url) => url.replace(`/${row}/app/`, `/${path}/`));
  });
  const [address = ''] = upstream.split(':');
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('no port');
  const host = `${address}:${place.port}`;
  const withdraw = await admit(host);
  return {
    host,
    setMood: (row, mood) => void moods.set(row, mood),
    close: async () => {
      withdraw();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Refusal {
  readonly status: number;
  readonly code: string;
}

const refusals: ReadonlyMap<RegistryMood, Refusal> = new Map([
  ['denied', { status: 403, code: 'DENIED' }],
  ['away', { status: 503, code: 'UNAVAILABLE' }],
  ['missing', { status: 404, code: 'MANIFEST_UNKNOWN' }],
]);

function answer(outgoing: ServerResponse, { status, code }: Refusal): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
}

function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  upstream: string,
  rewrite: (url: string) => string,
): void {
  const url = new URL(rewrite(incoming.url ?? '/'), `http://${upstream}`);
  const { method = 'GET' } = incoming;
  const headers = { ...incoming.headers, host: upstream };
  const onward = request(url, { method, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
