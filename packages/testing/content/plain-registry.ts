import { readFileSync } from 'node:fs';
import { Agent, request as requestPlain, type IncomingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';

/** A registry that a test speaks to itself, to see what is really there. */
export interface PlainTarget {
  readonly host: string;
  readonly tls?: { readonly authority: string };
  /** What a request has to carry to read or write these repositories. */
  authorize(...repositories: readonly string[]): string | undefined;
}

export interface PlainRequest {
  readonly method?: string;
  /** Path and query, or the address that the registry answered. */
  readonly path: string;
  readonly repository: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const accept = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');
/** Connections that nobody uses do not keep a test from ending. */
const agents = new WeakMap<PlainTarget, Agent>();

/** One request to a registry, with the right to do it. */
export function askPlain(target: PlainTarget, asked: PlainRequest): Promise<PlainAnswer> {
  const { method = 'GET', body = Buffer.of() } = asked;
  const { tls, host } = target;
  const url = new URL(asked.path, `${tls === undefined ? 'http' : 'https'}://${host}`);
  const authorization = target.authorize(asked.repository);
  const own = authorization === undefined ? {} : { authorization };
  const headers = { accept, 'content-length': body.length, ...own, ...asked.headers };
  const options = { method, headers, agent: agentOf(target) };
  return new Promise((resolve, reject) => {
    const request = tls === undefined ? requestPlain(url, options) : requestTls(url, options);
    request.once('error', reject);
    request.once('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    request.end(body);
  });
}

function agentOf(target: PlainTarget): Agent {
  const known = agents.get(target);
  if (known !== undefined) return known;
  const { tls } = target;
  const agent =
    tls === undefined
      ? new Agent({ keepAlive: true })
      : new TlsAgent({ keepAlive: true, ca: readFileSync(tls.authority) });
  agents.set(target, agent);
  return agent;
}
