import { formatRepository, type Repository } from '@slipway/core/image-ref';
import { LostUpload, firstChunkBytes, sendInChunks, type ChunkLimit } from './chunks.js';
import type { BlobReceipt } from './registry-client.js';
import type { UploadJob } from './upload-session.js';

/** Each keeps a chunk in memory. */
const maxUploads = 2;
const attempts = 3;

/** The uploads in chunks of one client, and what it has learned of the registries that need them. */
export class ChunkedUploads {
  readonly #limits = new Map<string, ChunkLimit>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Whether a blob is known to be too large to be sent in one piece. */
  areNeeded({ repository, blob }: UploadJob): boolean {
    return blob.size >= this.#limitOf(repository).refusedBytes;
  }

  /** A blob was too large to be sent in one piece (413). */
  noteLimit({ transport, repository, blob }: UploadJob): void {
    const limit = this.#limitOf(repository);
    limit.refusedBytes = Math.min(limit.refusedBytes, blob.size);
    const name = formatRepository(repository);
    transport.noteRetry(`${name} does not take ${blob.size} bytes at once (413): sending chunks`);
  }

  /**
   * Sends a blob in chunks, when it is its turn; an upload that the registry forgets is begun again.
   *
   * @throws RegistryError `registry-refused` when the registry takes no chunks either
   */
  async send(job: UploadJob): Promise<BlobReceipt> {
    await this.#enter();
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const isConfirmed = await sendInChunks(job, this.#limitOf(job.repository));
          return { state: 'uploaded', isConfirmed };
        } catch (error) {
          if (!(error instanceof LostUpload) || attempt === attempts) throw error;
          job.transport.noteRetry(`${error.message}; beginning it again`);
        }
      }
    } finally {
      this.#leave();
    }
  }

  #limitOf({ registry }: Repository): ChunkLimit {
    const known = this.#limits.get(registry);
    if (known !== undefined) return known;
    const limit = { refusedBytes: Infinity, chunkBytes: firstChunkBytes };
    this.#limits.set(registry, limit);
    return limit;
  }

  async #enter(): Promise<void> {
    if (this.#running === maxUploads) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
