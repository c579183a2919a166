import { RegistryError, bytesBody, readBody, type HttpResponse } from '../transport/index.js';
import { ContentWindow } from './content-window.js';
import { parseUploadRange } from './range-header.js';
import { closeUpload, maxAnswerBytes, openUpload, type UploadJob } from './upload-session.js';

const mebibyte = 1024 * 1024;
/** What is tried first. */
export const firstChunkBytes = 16 * mebibyte;
/** The smallest limit that is common: that of nginx where nothing is configured. */
const leastBytes = mebibyte;
/** The most of a blob that is kept in memory. */
const mostBytes = 64 * mebibyte;

/** What a registry takes in one request, as far as it is known. */
export interface ChunkLimit {
  /** How large chunks are; half as large where one was refused. */
  chunkBytes: number;
  /** The smallest body that was too large. */
  refusedBytes: number;
}

/** A registry does not know an upload any more. */
export class LostUpload extends RegistryError {
  constructor({ repository, blob }: UploadJob, url: URL, cause?: unknown) {
    const { registry } = repository;
    super('registry-refused', `${registry} lost the upload of ${blob.digest} before its end`, {
      method: 'PATCH',
      url,
      cause,
      fix: `Ask who runs ${registry}: all chunks of an upload must get to the same server, or to servers that share them.`,
    });
  }
}

/**
 * Sends a blob in chunks (distribution specification, “pushing a blob in chunks”): its source is read once and in
 * order, and a chunk that fails goes on from what the registry says that it has.
 *
 * @returns whether the registry says that it has stored just this
 * @throws LostUpload; RegistryError
 */
export async function sendInChunks(job: UploadJob, limit: ChunkLimit): Promise<boolean> {
  const { transport, repository, blob } = job;
  const { location, leastChunkBytes } = await transport.retry(() =>
    openUpload(transport, repository),
  );
  const least = Math.max(leastBytes, leastChunkBytes);
  if (least > mostBytes) throw refuseMinimum(job, location, least);
  const sizeOf = (): number => Math.max(least, Math.min(limit.chunkBytes, blob.size));
  const upload = new ChunkedUpload(job, location);
  const window = new ContentWindow(await blob.open(), sizeOf());
  try {
    for (;;) {
      const chunk = await window.read(sizeOf());
      if (chunk.length === 0) return await upload.close();
      const before = upload.offset;
      const isTaken = await upload.trySend(chunk);
      window.drop(upload.offset - before); // a part may have been taken before the rest was too large
      if (isTaken) continue;
      if (chunk.length <= least) throw refuseChunk(job, location, chunk.length);
      limit.chunkBytes = Math.min(limit.chunkBytes, Math.ceil(chunk.length / 2));
      limit.refusedBytes = Math.min(limit.refusedBytes, chunk.length);
    }
  } finally {
    window.close();
  }
}

/** One upload, as far as it is. */
class ChunkedUpload {
  readonly #job: UploadJob;
  #location: URL;
  /** How many bytes the registry has. */
  #offset = 0;

  constructor(job: UploadJob, location: URL) {
    this.#job = job;
    this.#location = location;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Sends the next bytes until the registry has them all; false when they are too many for one request. */
  async trySend(chunk: Buffer): Promise<boolean> {
    const start = this.#offset;
    const end = start + chunk.length;
    let isUnsure = false;
    try {
      await this.#job.transport.retry(async () => {
        if (isUnsure) await this.#ask();
        isUnsure = true;
        while (this.#offset !== end) {
          if (this.#offset < start || this.#offset > end) throw this.#lost();
          await this.#patch(chunk.subarray(this.#offset - start));
        }
      });
      return true;
    } catch (error) {
      if (error instanceof RegistryError && error.status === 413) return false;
      throw error;
    }
  }

  /** The upload is whole: it becomes the blob. An answer that is lost is no reason to send everything again. */
  async close(): Promise<boolean> {
    const { transport, repository, blob, has } = this.#job;
    let hasFailed = false;
    return transport.retry(async () => {
      if (hasFailed && (await has())) return true;
      try {
        return await closeUpload(transport, repository, blob.digest, this.#location);
      } catch (error) {
        hasFailed = true;
        if (error instanceof RegistryError && error.status === 404) throw this.#lost(error);
        throw error;
      }
    });
  }

  async #patch(bytes: Buffer): Promise<void> {
    const { transport, repository, blob } = this.#job;
    const { onSent } = blob;
    const expected = this.#offset + bytes.length;
    const request = {
      method: 'PATCH',
      repository,
      access: 'push',
      target: this.#location,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${this.#offset}-${expected - 1}`,
      },
      body: { ...bytesBody(bytes), ...(onSent === undefined ? {} : { onSent }) },
      accept: [202, 204], // go-containerregistry says 204
    } as const;
    try {
      await transport.sendOnce(request, async (response) => {
        const told = await this.#readState(response);
        if (told !== undefined && told <= this.#offset) throw this.#refusal('202 for none of them');
        this.#offset = Math.min(expected, told ?? expected);
      });
    } catch (error) {
      throw error instanceof RegistryError ? this.#judge(error) : error;
    }
  }

  /** Asks how much of it the registry has. */
  async #ask(): Promise<void> {
    const { transport, repository } = this.#job;
    const target = this.#location;
    const request = { method: 'GET', repository, access: 'push', target } as const;
    try {
      await transport.sendOnce({ ...request, accept: [200, 202, 204] }, async (response) => {
        const told = await this.#readState(response);
        if (told === undefined) throw this.#lost();
        this.#offset = told;
      });
    } catch (error) {
      if (!(error instanceof RegistryError) || error.isTemporary) throw error;
      if (error.code === 'registry-denied') throw error;
      throw this.#lost(error);
    }
  }

  /** Where it goes on, and how many bytes the registry says that it has. */
  async #readState({ headers, body, url }: HttpResponse): Promise<number | undefined> {
    await readBody(body, maxAnswerBytes);
    const location = headers.location ?? '';
    this.#location = (location === '' ? null : URL.parse(location, url.href)) ?? this.#location;
    const { range } = headers;
    return parseUploadRange(typeof range === 'string' ? range : undefined);
  }

  /** What a chunk that was not taken means. */
  #judge(error: RegistryError): RegistryError {
    const { status, code, registryMessages } = error;
    if (error.isTemporary || status === undefined || status === 413) return error;
    if (error instanceof LostUpload || code === 'registry-denied') return error;
    if (status === 416) return this.#refusal('416', error, true); // out of step: it is asked where it is
    const isUnknown = registryMessages.some((each) => each.code === 'BLOB_UPLOAD_UNKNOWN');
    if (status === 404 && (isUnknown || this.#offset > 0)) return this.#lost(error);
    return this.#refusal(`${status}`, error);
  }

  #lost(cause?: unknown): LostUpload {
    return new LostUpload(this.#job, this.#location, cause);
  }

  #refusal(answer: string, cause?: RegistryError, isTemporary = false): RegistryError {
    const { repository, blob } = this.#job;
    const { registry } = repository;
    const sentence = `${registry} takes the ${blob.size} bytes of ${blob.digest} neither at once (413) nor in chunks (PATCH: ${answer})`;
    return new RegistryError('registry-refused', sentence, {
      method: 'PATCH',
      url: this.#location,
      isTemporary,
      cause,
      fix: adviseLimit(registry, blob.size),
    });
  }
}

function adviseLimit(registry: string, bytes: number): string {
  return `Let what stands before ${registry} take requests of ${bytes} bytes (nginx: client_max_body_size), or push past it.`;
}

function refuseChunk({ repository, blob }: UploadJob, url: URL, bytes: number): RegistryError {
  const { registry } = repository;
  return new RegistryError(
    'registry-refused',
    `${registry} takes the ${blob.size} bytes of ${blob.digest} neither at once nor in chunks of ${bytes}: 413`,
    { method: 'PATCH', url, status: 413, fix: adviseLimit(registry, bytes) },
  );
}

function refuseMinimum({ repository, blob }: UploadJob, url: URL, least: number): RegistryError {
  const { registry } = repository;
  return new RegistryError(
    'registry-refused',
    `${registry} takes the ${blob.size} bytes of ${blob.digest} not at once (413), and wants chunks of at least ${least} bytes, of which at most ${mostBytes} are kept in memory`,
    { method: 'POST', url, fix: adviseLimit(registry, blob.size) },
  );
}
