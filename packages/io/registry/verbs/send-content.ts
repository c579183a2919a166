import { Transform, pipeline, type Readable } from 'node:stream';
import { formatBytes } from '@slipway/core/byte-size';
import type { Digest, Repository } from '@slipway/core/image-ref';
import type { Clock } from '../../clock/index.js';
import type { Logger } from '../../log/index.js';
import type { ContentManifest, ImageContent } from '../content/index.js';
import { mapParallel } from '../parallel/index.js';
import type { Descriptor, RegistryClient } from '../protocol/index.js';
import { createProgress, type Progress } from './progress.js';
import {
  readBackBlob,
  readBackManifest,
  readBackReferrer,
  type ReadBackCollaborators,
} from './read-back.js';

export interface SendOptions {
  /** Asks the same questions and sends nothing. */
  readonly isDryRun: boolean;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** What was sent, or in a dry run would be, and what was there already. */
export interface SentCount {
  readonly sent: number;
  readonly present: number;
}

export interface SentContent {
  readonly digest: Digest;
  readonly blobs: SentCount;
  readonly manifests: SentCount;
  /** How many of the manifests refer to another one: signatures, evidence, bills of material. */
  readonly referrers: number;
  /** Bytes of the blobs and manifests that were sent. */
  readonly bytesSent: number;
  /** Bytes of the whole image. */
  readonly bytes: number;
}

const parallelBlobs = 6;

/**
 * Puts all of an image into a repository, by digest: blobs, then each manifest after what it points to. What
 * is there already is not sent again; what was sent is read back.
 */
export async function sendContent(
  client: RegistryClient,
  content: ImageContent,
  repository: Repository,
  options: SendOptions,
): Promise<SentContent> {
  const sender = new Sender(client, content, repository, options);
  const blobs = await sender.sendBlobs();
  const manifests = await sender.sendManifests();
  return {
    digest: content.root.descriptor.digest,
    blobs: count(content.blobs.length, blobs.length),
    manifests: count(content.manifests.length, manifests.length),
    referrers: content.manifests.filter(isReferrer).length,
    bytesSent: sumSizes(blobs) + sumSizes(manifests),
    bytes: sizeOf(content),
  };
}

class Sender {
  readonly #client: RegistryClient;
  readonly #content: ImageContent;
  readonly #repository: Repository;
  readonly #options: SendOptions;
  readonly #readBack: ReadBackCollaborators;

  constructor(
    client: RegistryClient,
    content: ImageContent,
    repository: Repository,
    options: SendOptions,
  ) {
    const { clock, signal } = options;
    this.#client = client;
    this.#content = content;
    this.#repository = repository;
    this.#options = options;
    this.#readBack = { client, clock, ...(signal === undefined ? {} : { signal }) };
  }

  /** @returns the blobs that were sent */
  async sendBlobs(): Promise<readonly Descriptor[]> {
    const { logger, clock, isDryRun } = this.#options;
    const progress = createProgress(sizeOf(this.#content), logger, clock);
    const largestFirst = this.#content.blobs.toSorted((a, b) => b.size - a.size);
    const states = await mapParallel(parallelBlobs, largestFirst, async (blob) => {
      const state = await this.#sendBlob(blob, progress);
      if (state === 'uploaded' && !isDryRun) {
        await readBackBlob(this.#readBack, this.#repository, blob.digest);
      }
      this.#tell(state === 'present', blob);
      return state;
    });
    return largestFirst.filter((_blob, index) => states[index] === 'uploaded');
  }

  async #sendBlob(blob: Descriptor, progress: Progress): Promise<'present' | 'uploaded'> {
    const { digest, size } = blob;
    if (this.#options.isDryRun) {
      const isPresent = await this.#client.hasBlob(this.#repository, digest);
      return isPresent ? 'present' : 'uploaded';
    }
    const open = (): Readable | Promise<Readable> => {
      const opened = this.#content.openBlob(blob);
      if (!(opened instanceof Promise)) return countBytes(opened, progress);
      return opened.then((stream) => countBytes(stream, progress));
    };
    const state = await this.#client.pushBlob(this.#repository, { digest, size, open });
    if (state === 'present') progress.add(size);
    return state;
  }

  /** @returns the manifests that were sent */
  async sendManifests(): Promise<readonly Descriptor[]> {
    const { manifests } = this.#content;
    const present = await mapParallel(parallelBlobs, manifests, (entry) => this.#isThere(entry));
    const sent: Descriptor[] = [];
    for (const [index, entry] of manifests.entries()) {
      const isPresent = present[index] === true;
      if (!isPresent) {
        await this.#sendManifest(entry);
        sent.push(entry.descriptor);
      }
      this.#tell(isPresent, entry.descriptor);
    }
    return sent;
  }

  /** A referrer is there when its subject lists it, and what is found by a tag when the tag names it. */
  async #isThere({ descriptor, manifest, tags = [] }: ContentManifest): Promise<boolean> {
    const { digest } = descriptor;
    for (const reference of [digest, ...tags]) {
      const found = await this.#client.resolve(this.#repository, reference);
      if (found?.digest !== digest) return false;
    }
    if (manifest.subject === undefined) return true;
    const listed = await this.#client.listReferrers(this.#repository, manifest.subject.digest);
    return listed.some((referrer) => referrer.digest === digest);
  }

  async #sendManifest(entry: ContentManifest): Promise<void> {
    if (this.#options.isDryRun) return;
    const { descriptor, content, manifest, tags = [] } = entry;
    const { digest } = descriptor;
    if (manifest.subject === undefined) {
      await this.#client.putManifest(this.#repository, digest, content);
    } else {
      await this.#client.pushReferrer(this.#repository, content);
      await readBackReferrer(this.#readBack, this.#repository, manifest.subject.digest, digest);
    }
    for (const tag of tags) await this.#client.putManifest(this.#repository, tag, content);
    for (const reference of [digest, ...tags]) {
      await readBackManifest(this.#readBack, this.#repository, reference, digest);
    }
  }

  #tell(isPresent: boolean, { digest, size, mediaType }: Descriptor): void {
    const sent = this.#options.isDryRun ? 'would send' : 'sent';
    const what = `${digest} (${formatBytes(size)}, ${mediaType})`;
    this.#options.logger.info(`${isPresent ? 'present' : sent} ${what}`);
  }
}

function isReferrer({ manifest, tags = [] }: ContentManifest): boolean {
  return manifest.subject !== undefined || tags.length > 0;
}

function countBytes(content: Readable, progress: Progress): Readable {
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      progress.add(chunk.length);
      done(undefined, chunk);
    },
  });
  pipeline(content, counted, () => undefined);
  return counted;
}

function count(all: number, sent: number): SentCount {
  return { sent, present: all - sent };
}

function sizeOf({ blobs, manifests }: ImageContent): number {
  return sumSizes(blobs) + sumSizes(manifests.map(({ descriptor }) => descriptor));
}

function sumSizes(descriptors: readonly Descriptor[]): number {
  return descriptors.reduce((sum, { size }) => sum + size, 0);
}
