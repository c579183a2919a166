import { Transform, pipeline, type Readable } from 'node:stream';
import { formatBytes } from '@slipway/core/byte-size';
import { formatReference, type Digest, type Repository, type Tag } from '@slipway/core/image-ref';
import type { Clock } from '../../clock/index.js';
import type { Logger } from '../../log/index.js';
import type { Layout, LayoutManifest } from '../layout/index.js';
import { mapParallel } from '../parallel/index.js';
import type { Descriptor, RegistryClient } from '../protocol/index.js';
import { createProgress, type Progress } from './progress.js';
import { readBackBlob, readBackManifest, type ReadBackCollaborators } from './read-back.js';
import { planTags, type TagOutcome, type TagPolicy } from './tag-plan.js';

export interface PushOptions {
  readonly tags: readonly Tag[];
  readonly tagPolicy: TagPolicy;
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

export interface PushResult {
  readonly digest: Digest;
  readonly blobs: SentCount;
  readonly manifests: SentCount;
  /** How many of the manifests refer to another one: signatures, evidence, bills of material. */
  readonly referrers: number;
  /** Bytes of the blobs and manifests that were sent. */
  readonly bytesSent: number;
  /** Bytes of the whole image. */
  readonly bytes: number;
  readonly tags: readonly TagOutcome[];
}

const parallelBlobs = 6;

/**
 * Puts an image into a registry: tags are judged first, then come blobs, manifests after what they point
 * to, and tags last. All that was sent is read back. What is there already is not sent again.
 *
 * @example await pushImage(client, await openLayout('dist/image'), repository, { tags: [tag], … })
 * @throws SlipwayError `tag-taken` before anything is sent; `registry-…`
 */
export async function pushImage(
  client: RegistryClient,
  layout: Layout,
  repository: Repository,
  options: PushOptions,
): Promise<PushResult> {
  const { digest } = layout.root.descriptor;
  await judgeTags(client, repository, digest, options);
  const push = new Push(client, layout, repository, options);
  const blobs = await push.sendBlobs();
  const manifests = await push.sendManifests();
  const tags = await push.sendTags();
  const referrers = layout.manifests.filter(({ manifest }) => manifest.subject !== undefined);
  return {
    digest,
    blobs: count(layout.blobs.length, blobs.length),
    manifests: count(layout.manifests.length, manifests.length),
    referrers: referrers.length,
    bytesSent: sumSizes(blobs) + sumSizes(manifests),
    bytes: sizeOf(layout),
    tags,
  };
}

class Push {
  readonly #client: RegistryClient;
  readonly #layout: Layout;
  readonly #repository: Repository;
  readonly #options: PushOptions;
  readonly #readBack: ReadBackCollaborators;

  constructor(
    client: RegistryClient,
    layout: Layout,
    repository: Repository,
    options: PushOptions,
  ) {
    const { clock, signal } = options;
    this.#client = client;
    this.#layout = layout;
    this.#repository = repository;
    this.#options = options;
    this.#readBack = { client, clock, ...(signal === undefined ? {} : { signal }) };
  }

  /** @returns the blobs that were sent */
  async sendBlobs(): Promise<readonly Descriptor[]> {
    const { logger, clock, isDryRun } = this.#options;
    const progress = createProgress(sizeOf(this.#layout), logger, clock);
    const largestFirst = this.#layout.blobs.toSorted((a, b) => b.size - a.size);
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
    const open = (): Readable => countBytes(this.#layout.openBlob(digest), progress);
    const state = await this.#client.pushBlob(this.#repository, { digest, size, open });
    if (state === 'present') progress.add(size);
    return state;
  }

  /** @returns the manifests that were sent */
  async sendManifests(): Promise<readonly Descriptor[]> {
    const { manifests } = this.#layout;
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

  /** A referrer is there when its subject lists it. */
  async #isThere({ descriptor, manifest }: LayoutManifest): Promise<boolean> {
    const { digest } = descriptor;
    if ((await this.#client.resolve(this.#repository, digest)) === undefined) return false;
    if (manifest.subject === undefined) return true;
    const listed = await this.#client.listReferrers(this.#repository, manifest.subject.digest);
    return listed.some((referrer) => referrer.digest === digest);
  }

  async #sendManifest({ descriptor, content, manifest }: LayoutManifest): Promise<void> {
    if (this.#options.isDryRun) return;
    const { digest } = descriptor;
    if (manifest.subject === undefined) {
      await this.#client.putManifest(this.#repository, digest, content);
    } else {
      await this.#client.pushReferrer(this.#repository, content);
    }
    await readBackManifest(this.#readBack, this.#repository, digest, digest);
  }

  /** The tags are judged again: others may have written while the blobs were on their way. */
  async sendTags(): Promise<readonly TagOutcome[]> {
    const { descriptor, content } = this.#layout.root;
    const { digest } = descriptor;
    const outcomes = await judgeTags(this.#client, this.#repository, digest, this.#options);
    for (const { tag, state } of outcomes) {
      const isWritten = state === 'created' || state === 'moved';
      if (isWritten && !this.#options.isDryRun) {
        await this.#client.putManifest(this.#repository, tag, content);
        await readBackManifest(this.#readBack, this.#repository, tag, digest);
      }
      const verb = isWritten && this.#options.isDryRun ? `would be ${state}` : state;
      const name = formatReference({ repository: this.#repository, tag });
      this.#options.logger.info(`tag ${name}: ${verb}`);
    }
    return outcomes;
  }

  #tell(isPresent: boolean, { digest, size, mediaType }: Descriptor): void {
    const sent = this.#options.isDryRun ? 'would send' : 'sent';
    const what = `${digest} (${formatBytes(size)}, ${mediaType})`;
    this.#options.logger.info(`${isPresent ? 'present' : sent} ${what}`);
  }
}

async function judgeTags(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  { tags, tagPolicy }: PushOptions,
): Promise<readonly TagOutcome[]> {
  const current = await mapParallel(parallelBlobs, tags, async (tag) => ({
    tag,
    digest: (await client.resolve(repository, tag))?.digest,
  }));
  return planTags(repository, digest, current, tagPolicy);
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

function sizeOf(layout: Layout): number {
  return sumSizes(layout.blobs) + sumSizes(layout.manifests.map(({ descriptor }) => descriptor));
}

function sumSizes(descriptors: readonly Descriptor[]): number {
  return descriptors.reduce((sum, { size }) => sum + size, 0);
}
