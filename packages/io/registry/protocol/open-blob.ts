import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { algorithmOf, digestOf, formatRepository, type Repository } from '@slipway/core/image-ref';
import {
  ConnectionError,
  RecyclingReadable,
  RegistryError,
  type HttpResponse,
  type Transport,
} from '../transport/index.js';
import { parseContentRange } from './range-header.js';
import { blobRequest, describeDifference, describeSurplus, refuseAbsent } from './blobs.js';
import type { BlobIdentity } from './registry-client.js';

/** A source that breaks off more often than this within one blob is not worth going on with. */
const mostBreaks = 8;

/** See RegistryClient.openBlob. */
export async function openBlob(
  transport: Transport,
  repository: Repository,
  blob: BlobIdentity,
  start = 0,
): Promise<Readable> {
  const source = { transport, repository, blob };
  try {
    return new BlobStream(source, start, await openAt(source, start));
  } catch (error) {
    // It was asked for often enough: what it is opened for must not begin all over again.
    throw error instanceof RegistryError ? error.asFinal() : error;
  }
}

interface Source {
  readonly transport: Transport;
  readonly repository: Repository;
  readonly blob: BlobIdentity;
}

/** An answer whose body begins `skip` bytes before the position that was asked for. */
interface OpenAnswer {
  readonly response: HttpResponse;
  readonly skip: number;
}

/** Asks for the content from a position on; a registry that does not know ranges sends all of it (RFC 9110, section 14). */
function openAt(
  { transport, repository, blob }: Source,
  position: number,
  skipsQueue = false,
): Promise<OpenAnswer> {
  const asked = position === 0 ? {} : { headers: { range: `bytes=${position}-` } };
  const request = { ...blobRequest(repository, blob.digest), ...asked, skipsQueue };
  return transport.send({ ...request, accept: [200, 206, 404] }, (response) => {
    refuseAbsent(response, repository, blob.digest);
    if (response.status !== 206) return Promise.resolve({ response, skip: position });
    const range = parseContentRange(response.headers['content-range']);
    if (position > 0 && range?.start === position) {
      return Promise.resolve({ response, skip: 0 });
    }
    response.body.destroy();
    throw new RegistryError(
      'registry-refused',
      `${formatRepository(repository)} sends another part of the blob ${blob.digest} than was asked for`,
      { method: 'GET', url: response.url, status: response.status },
    );
  });
}

/**
 * The content of a blob as it comes. A source that breaks off is asked for the rest, so that whoever reads
 * notices nothing; when read from its beginning, it ends with an error unless it was what its digest says.
 */
class BlobStream extends RecyclingReadable {
  readonly #source: Source;
  /** Undefined where only a part is read: that cannot be proven. */
  readonly #hash: Hash | undefined;
  #position: number;
  #breaks = 0;
  /** Whether somebody waits for content. */
  #isWanted = true;
  /** It broke off while nobody waited: it is asked for the rest when somebody does. */
  #isBroken = false;
  #response: HttpResponse;

  constructor(source: Source, start: number, answer: OpenAnswer) {
    super();
    this.#source = source;
    this.#hash = start === 0 ? createHash(algorithmOf(source.blob.digest)) : undefined;
    this.#position = start;
    this.#response = answer.response;
    this.#follow(answer);
  }

  override _read(): void {
    this.#isWanted = true;
    if (!this.#isBroken) this.#response.body.resume();
    else {
      this.#isBroken = false;
      this.#reopen();
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#response.body.destroy();
    done(error);
  }

  #follow({ response, skip }: OpenAnswer): void {
    const { body } = response;
    let toSkip = skip;
    this.#response = response;
    body.on('data', (chunk: Buffer) => {
      if (toSkip >= chunk.length) toSkip -= chunk.length;
      else {
        this.#take(toSkip === 0 ? chunk : chunk.subarray(toSkip));
        toSkip = 0;
      }
    });
    body.once('end', () => this.#end());
    body.once('error', (error) => this.#goOn(error));
  }

  #take(chunk: Buffer): void {
    const { repository, blob } = this.#source;
    const position = this.#position + chunk.length;
    if (blob.size !== undefined && position > blob.size) {
      // Not one byte too many is handed on: to who reads by a length it would be the next message.
      this.destroy(describeSurplus(repository, { digest: blob.digest, size: blob.size }));
      return;
    }
    this.#hash?.update(chunk);
    this.#position = position;
    this.#isWanted = this.push(chunk);
    if (!this.#isWanted) this.#response.body.pause();
  }

  #end(): void {
    const { repository, blob } = this.#source;
    if (blob.size !== undefined && this.#position < blob.size) {
      this.#goOn(new ConnectionError('the answer ended too early', 'ECONNRESET', false));
      return;
    }
    const digest =
      this.#hash === undefined
        ? blob.digest
        : digestOf(this.#hash.digest('hex'), algorithmOf(blob.digest));
    const problem = describeDifference(repository, blob, { digest, size: this.#position });
    if (problem === undefined) this.push(null);
    else this.destroy(problem);
  }

  /** After a break: asks for what is missing. One that comes while nobody reads is nobody’s fault. */
  #goOn(error: unknown): void {
    if (this.destroyed) return;
    const { transport, repository, blob } = this.#source;
    if (this.#position === blob.size) {
      this.#end();
      return;
    }
    if (this.#isWanted) this.#breaks += 1;
    const isLast = this.#breaks > mostBreaks;
    const { url } = this.#response;
    const broken = transport.explainBreak(repository.registry, url, error, isLast);
    if (!(broken instanceof RegistryError) || !broken.isTemporary) {
      this.destroy(broken);
      return;
    }
    transport.noteRetry(`${broken.message}; asking for the rest of ${blob.digest}`);
    if (this.#isWanted) this.#reopen();
    else this.#isBroken = true;
  }

  #reopen(): void {
    openAt(this.#source, this.#position, true).then(
      (answer) => {
        if (this.destroyed) answer.response.body.destroy();
        else this.#follow(answer);
      },
      (failure: unknown) => {
        const final = failure instanceof RegistryError ? failure.asFinal() : failure;
        this.destroy(final instanceof Error ? final : new Error(String(final)));
      },
    );
  }
}
