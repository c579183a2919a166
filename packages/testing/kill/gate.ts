import {
  createServer,
  request as requestPlain,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { request as requestTls, type Agent } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { listen, stop } from '../registry/index.js';

/** When a process is struck: by the number of its request, and how far that had come. */
export interface KillPoint {
  /** From 1, in the order in which requests came, to whichever server. */
  readonly request: number;
  /** `sent`: it is on its way, and its answer will find nobody. `answered`: its answer was passed on. */
  readonly moment: 'sent' | 'answered';
}

export interface GateRequest {
  readonly side: 'registry' | 'cluster';
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
}

/** The API server behind a gate. */
export interface ApiServer {
  /** `https://10.64.0.11:6443` */
  readonly url: string;
  readonly token: string;
  /** Trusts the server's authority, and keeps connections. */
  readonly agent: Agent;
}

export interface GateOptions {
  readonly api: ApiServer;
  readonly point?: KillPoint;
  /** Called once, at the point. Nothing that comes later is let through. */
  readonly strike: () => void;
}

/** The one way of a process to its registry and its API server, on which its requests are counted. */
export interface Gate {
  /** `127.0.0.1:41234`: a proxy for plain HTTP, and the API server without credentials. */
  readonly host: string;
  readonly requests: readonly GateRequest[];
  readonly isStruck: boolean;
  close(): Promise<void>;
}

type MutableRequest = { -readonly [Key in keyof GateRequest]: GateRequest[Key] };

/** Opens a gate; whole URLs are for the registry, paths for the API server. */
export async function openGate({ api, point, strike }: GateOptions): Promise<Gate> {
  const requests: MutableRequest[] = [];
  let isStruck = false;
  const strikeAt = (number: number, moment: KillPoint['moment']): void => {
    if (isStruck || point?.request !== number || point.moment !== moment) return;
    isStruck = true;
    strike();
  };
  const server = createServer((incoming, outgoing) => {
    if (isStruck) {
      incoming.socket.destroy();
      return;
    }
    const request = describe(incoming);
    const number = requests.push(request);
    const onward = open(incoming, api);
    outgoing.once('close', () => onward.destroy()); // as it is when nothing stands between
    onward.once('finish', () => strikeAt(number, 'sent'));
    giveBack(onward, outgoing, request)
      .then(() => strikeAt(number, 'answered'))
      .catch(() => outgoing.destroy());
    pipeline(incoming, onward).catch(() => outgoing.destroy());
  });
  const host = await listen(server);
  return {
    host,
    requests,
    get isStruck() {
      return isStruck;
    },
    close: () => stop(server),
  };
}

/**
 * A request in short: what it asks of whom, without long names.
 *
 * @example describeRequest(request) // 'registry PUT manifests/test.00000003'
 * @example describeRequest(request) // 'cluster PATCH deployments/app (dry run)'
 */
export function describeRequest({ side, method, path }: GateRequest): string {
  const [way = '', query = ''] = path.split('?');
  const short = way
    .replace(/^\/v2\/.*?\/(?=manifests|blobs|tags|referrers)/, '')
    .replace(/^.*\/namespaces\/[^/]+\/(?=.)/, '')
    .replaceAll(/sha256:(?<start>[0-9a-f]{8})[0-9a-f]+/g, '$<start>…')
    .replace(/(?<=uploads\/).+/, '…');
  const marks = { 'dry run': /dryRun=All/, watch: /watch=true/ };
  const told = Object.entries(marks).filter(([, mark]) => mark.test(query));
  return `${side} ${method} ${short}${told.map(([name]) => ` (${name})`).join('')}`;
}

function describe({ method = '', url = '' }: IncomingMessage): MutableRequest {
  if (url.startsWith('/')) return { side: 'cluster', method, path: url, status: undefined };
  const { pathname, search } = new URL(url);
  return { side: 'registry', method, path: pathname + search, status: undefined };
}

function open({ url = '', method, headers }: IncomingMessage, api: ApiServer): ClientRequest {
  if (!url.startsWith('/')) return requestPlain(url, { method, headers, agent: false });
  const { host, ...rest } = headers;
  const authorization = `Bearer ${api.token}`;
  const options = { method, headers: { ...rest, authorization }, agent: api.agent };
  return requestTls(new URL(url, api.url), options);
}

/** Resolves when the answer was passed on; for a watch, which has no end, when its head was. */
async function giveBack(
  onward: ClientRequest,
  outgoing: ServerResponse,
  request: MutableRequest,
): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve);
    onward.once('error', reject);
  });
  request.status = answer.statusCode;
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  outgoing.flushHeaders();
  const passed = pipeline(answer, outgoing);
  if (!/[?&]watch=true/.test(request.path)) return passed;
  passed.catch(() => outgoing.destroy());
}
