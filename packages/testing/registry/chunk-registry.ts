import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stop } from './test-server.js';

/** An upload that is not a blob yet. */
interface Upload {
  readonly chunks: Buffer[];
  size: number;
  /** Only the newest address of an upload is good. */
  turn: number;
}

interface AskedChunk {
  readonly method: string;
  readonly path: string;
  readonly digest: string;
  /** `Content-Range`: `0-1023` */
  readonly range: string | undefined;
  readonly turn: string | undefined;
  readonly body: Buffer;
}

/** An answer in place of the right one. */
export interface InsteadOfChunk {
  /** 202 tells truly what the registry has. */
  readonly status: number;
  readonly body?: string;
  /** So many bytes of the chunk are kept all the same. */
  readonly keeps?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asked for every request, and told what the upload has; undefined lets it pass. */
export type ChunkQuirk = (
  asked: Pick<AskedChunk, 'method' | 'range' | 'body'>,
  upload: readonly Buffer[],
) => InsteadOfChunk | undefined;

export interface ChunkRegistryPlan {
  /** It stands behind something that takes bodies of so many bytes. */
  readonly limit: number;
  readonly quirk?: ChunkQuirk;
  /** What it says as `OCI-Chunk-Min-Length`. */
  readonly minimum?: number;
}

const uploads = '/v2/team/orders/blobs/uploads/';
const unknown = { status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' };

/** Starts a registry with one repository, `team/orders`, that minds every rule of uploads in chunks. */
export async function startChunkRegistry(plan: ChunkRegistryPlan): Promise<ChunkRegistry> {
  const registry = new ChunkRegistry(plan);
  await registry.start();
  return registry;
}

export class ChunkRegistry {
  /** `PATCH 0-1023`, `PUT 0`: requests to uploads, with their range or else their size. */
  readonly lines: string[] = [];
  readonly blobs = new Map<string, Buffer>();
  /** So many uploads had a chunk at once, and no end. */
  mostAtOnce = 0;
  host = '';
  readonly #plan: ChunkRegistryPlan;
  readonly #uploads = new Map<string, Upload>();
  readonly #server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));

  constructor(plan: ChunkRegistryPlan) {
    this.#plan = plan;
  }

  async start(): Promise<void> {
    this.host = await listen(this.#server);
  }

  close(): Promise<void> {
    return stop(this.#server);
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://localhost');
    const { status, headers, body } = this.#answer({
      method: incoming.method ?? '',
      path: pathname,
      digest: searchParams.get('digest') ?? pathname.split('/blobs/')[1] ?? '',
      range: incoming.headers['content-range'],
      turn: searchParams.get('turn') ?? undefined,
      body: Buffer.concat(chunks),
    });
    outgoing.writeHead(status, headers).end(body);
  }

  #answer(asked: AskedChunk): InsteadOfChunk {
    const { method, path, digest, range, body } = asked;
    if (method === 'HEAD') return { status: this.blobs.has(digest) ? 200 : 404 };
    this.lines.push(`${method} ${range ?? body.length}`);
    if (body.length > this.#plan.limit) return { status: 413, body: '<html>too large</html>' };
    const name = path.slice(uploads.length);
    const upload = this.#uploads.get(name);
    const instead = this.#plan.quirk?.(asked, upload?.chunks ?? []);
    if (instead !== undefined) {
      if (upload === undefined) return instead;
      keep(upload, body.subarray(0, instead.keeps ?? 0));
      return instead.status === 202 ? describeState(name, upload, 202) : instead;
    }
    if (method === 'POST') return this.#open();
    return upload === undefined || asked.turn !== `${upload.turn}`
      ? unknown
      : this.#goOn(name, upload, asked);
  }

  #open(): InsteadOfChunk {
    const name = `${this.lines.length}`;
    const upload = { chunks: [], size: 0, turn: 0 };
    this.#uploads.set(name, upload);
    const { status, headers } = describeState(name, upload, 202);
    const minimum = `${this.#plan.minimum ?? 0}`;
    return { status, headers: { ...headers, 'oci-chunk-min-length': minimum } };
  }

  #goOn(name: string, upload: Upload, { method, range, body, digest }: AskedChunk): InsteadOfChunk {
    if (method === 'GET') return describeState(name, upload, 204);
    if (method === 'PATCH') {
      const isNext = range === `${upload.size}-${upload.size + body.length - 1}`;
      if (!isNext) return { status: 416 };
      keep(upload, body);
      const begun = [...this.#uploads.values()].filter(({ size }) => size > 0);
      this.mostAtOnce = Math.max(this.mostAtOnce, begun.length);
      return describeState(name, upload, 202);
    }
    this.#uploads.delete(name);
    this.blobs.set(digest, Buffer.concat([...upload.chunks, body]));
    return { status: 201, headers: { 'docker-content-digest': digest } };
  }
}

function keep(upload: Upload, bytes: Buffer): void {
  upload.chunks.push(bytes);
  upload.size += bytes.length;
}

function describeState(name: string, upload: Upload, status: number): InsteadOfChunk {
  upload.turn += 1;
  const range = `0-${Math.max(0, upload.size - 1)}`;
  return { status, headers: { location: `${uploads}${name}?turn=${upload.turn}`, range } };
}
