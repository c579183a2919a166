import { formatBytes } from '@slipway/core/byte-size';
import type { Repository } from '@slipway/core/image-ref';
import type { ImageContent } from '../content/index.js';
import { keepMemorySmall } from '../../memory/index.js';
import { mapParallel } from '@slipway/core/parallel';
import type { BlobReceipt, BlobSource, Descriptor, RegistryClient } from '../protocol/index.js';
import { createProgress, type Progress } from './progress.js';
import { readBackBlob } from './read-back.js';
import type { SendOptions } from './send-options.js';
import type { TargetView } from './target-view.js';

const parallelBlobs = 8;
/** From here on it pays to tell the engine how memory is used. */
const muchBytes = 128 * 1024 * 1024;

export interface SentBlob {
  readonly blob: Descriptor;
  readonly state: BlobReceipt['state'];
}

/** Sends the blobs of one image to one repository. */
export class BlobSender {
  readonly #client: RegistryClient;
  readonly #content: ImageContent;
  readonly #repository: Repository;
  readonly #target: TargetView;
  readonly #options: SendOptions;

  constructor(
    client: RegistryClient,
    content: ImageContent,
    repository: Repository,
    target: TargetView,
    options: SendOptions,
  ) {
    this.#client = client;
    this.#content = content;
    this.#repository = repository;
    this.#target = target;
    this.#options = options;
  }

  /** Those that are there are not sent; in a dry run none is, and what would be is told as `uploaded`. */
  async send(blobs: readonly Descriptor[]): Promise<readonly SentBlob[]> {
    const { logger, clock } = this.#options;
    const totalBytes = blobs.reduce((sum, { size }) => sum + size, 0);
    if (totalBytes > muchBytes) keepMemorySmall();
    const progress = createProgress(totalBytes, logger, clock);
    const largestFirst = blobs.toSorted((a, b) => b.size - a.size);
    return mapParallel(parallelBlobs, largestFirst, async (blob) => {
      const state = await this.#sendOne(blob, progress);
      if (state !== 'uploaded') progress.add(blob.size);
      logger.info(formatSent(state, blob, this.#options.isDryRun));
      return { blob, state };
    });
  }

  /** Sends a blob that the registry says is missing although it had taken it: whole, and not by a mount. */
  async heal(blob: Descriptor): Promise<void> {
    const state = await this.#push(blob, { add: () => undefined }, {});
    if (state !== 'present') this.#options.logger.info(`sent once more ${blob.digest}`);
  }

  async #sendOne(blob: Descriptor, progress: Progress): Promise<BlobReceipt['state']> {
    if (this.#options.isDryRun) {
      const isPresent = await this.#client.hasBlob(this.#repository, blob.digest);
      return isPresent ? 'present' : 'uploaded';
    }
    return this.#push(blob, progress, this.#plan(blob));
  }

  /**
   * Where a blob may be mounted from, and what need not be asked: an image that is not there most likely has a
   * config that is not there (it is small: sent in vain it costs no more), and a repository that is not there has
   * nothing.
   */
  #plan({ mediaType }: Descriptor): Pick<BlobSource, 'mountFrom' | 'presence'> {
    const { origin } = this.#content;
    const isNear = origin?.registry === this.#repository.registry;
    const mount = isNear ? { mountFrom: origin.path } : {};
    if (ownMediaTypes.includes(mediaType)) return { ...mount, presence: 'absent' };
    if (isNear) return mount;
    return this.#target.isNew ? { presence: 'likely-absent' } : {};
  }

  async #push(
    blob: Descriptor,
    progress: Progress,
    plan: Pick<BlobSource, 'mountFrom' | 'presence'>,
  ): Promise<BlobReceipt['state']> {
    const { digest, size } = blob;
    const source = {
      digest,
      size,
      open: () => this.#content.openBlob(blob),
      onSent: (bytes: number) => progress.add(bytes),
      ...plan,
    };
    const { state, isConfirmed } = await this.#client.pushBlob(this.#repository, source);
    const { clock, signal } = this.#options;
    const readBack = { client: this.#client, clock, ...(signal === undefined ? {} : { signal }) };
    if (!isConfirmed) await readBackBlob(readBack, this.#repository, digest);
    return state;
  }
}

/** Media types of what describes one image, and no other has. */
const ownMediaTypes = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

/** A line about one part for the log: `sent sha256:… (40.0 MB, application/…)`. */
export function formatSent(
  state: BlobReceipt['state'],
  { digest, size, mediaType }: Descriptor,
  isDryRun: boolean,
): string {
  const verb = state === 'uploaded' ? (isDryRun ? 'would send' : 'sent') : state;
  return `${verb} ${digest} (${formatBytes(size)}, ${mediaType})`;
}
