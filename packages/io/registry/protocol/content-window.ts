import type { Readable } from 'node:stream';
import { RecyclingReadable } from '../transport/index.js';

/** A piece of a stream in memory that moves forward: what was not dropped can be had again. */
export class ContentWindow {
  readonly #content: Readable;
  readonly #pieces: AsyncIterator<unknown>;
  readonly #buffer: Buffer;
  #start = 0;
  #end = 0;
  /** What came and did not fit. */
  #rest: Buffer = Buffer.alloc(0);

  /** @param maxBytes the most that is ever wanted at once */
  constructor(content: Readable, maxBytes: number) {
    content.on('error', () => undefined); // told to who reads
    this.#content = content;
    this.#pieces = content[Symbol.asyncIterator]();
    this.#buffer = Buffer.allocUnsafe(maxBytes);
  }

  /**
   * The next bytes, fewer at the end of the stream and none after it; theirs only until the next call.
   *
   * @throws whatever the stream ends with
   */
  async read(bytes: number): Promise<Buffer> {
    if (this.#end - this.#start < bytes) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    while (this.#end - this.#start < bytes) {
      if (this.#rest.length === 0 && !(await this.#readPiece())) break;
      const taken = this.#rest.copy(this.#buffer, this.#end, 0, bytes - this.#end);
      this.#end += taken;
      this.#release(taken);
    }
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + bytes));
  }

  /** These bytes are not wanted again. */
  drop(bytes: number): void {
    this.#start += bytes;
  }

  close(): void {
    this.#content.destroy();
  }

  async #readPiece(): Promise<boolean> {
    for (;;) {
      const next: IteratorResult<unknown, unknown> = await this.#pieces.next();
      if (next.done === true) return false;
      if (!Buffer.isBuffer(next.value) || next.value.length === 0) continue;
      this.#rest = next.value;
      return true;
    }
  }

  #release(taken: number): void {
    const used = this.#rest;
    this.#rest = used.subarray(taken);
    const isUsedUp = taken === used.length;
    if (isUsedUp && this.#content instanceof RecyclingReadable) this.#content.release(used);
  }
}
