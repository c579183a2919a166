import type { Digest, Repository, Tag } from '@slipway/core/image-ref';
import type { ContentManifest } from '../content/index.js';
import { listBlobs } from '../content/index.js';
import { mapParallel } from '@slipway/core/parallel';
import type { Descriptor, RegistryClient } from '../protocol/index.js';
import { RegistryError } from '../transport/index.js';
import { readBackManifest, readBackReferrers, type ReadBackCollaborators } from './read-back.js';
import type { SendOptions } from './send-options.js';

const parallelManifests = 8;
/** Waits between attempts to store a manifest whose parts the registry does not see yet. */
const healWaitsMs = [250, 1000, 3000] as const;
const missingPartCodes = ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'];

/** Sends manifests in waves: each when what it points to and what it refers to is there. */
export class ManifestSender {
  readonly #client: RegistryClient;
  readonly #repository: Repository;
  readonly #all: readonly ContentManifest[];
  readonly #options: SendOptions;
  readonly #heal: (blob: Descriptor) => Promise<void>;
  readonly #readBack: ReadBackCollaborators;

  /**
   * @param all manifests of the image, to send again what the registry has lost
   * @param heal the same for a blob
   */
  constructor(
    client: RegistryClient,
    repository: Repository,
    all: readonly ContentManifest[],
    options: SendOptions,
    heal: (blob: Descriptor) => Promise<void>,
  ) {
    const { clock, signal } = options;
    this.#client = client;
    this.#repository = repository;
    this.#all = all;
    this.#options = options;
    this.#heal = heal;
    this.#readBack = { client, clock, ...(signal === undefined ? {} : { signal }) };
  }

  /**
   * Sends them and reads them back, with the tags that belong to the content.
   *
   * @param last one of them that is read back later, by its tag
   */
  async send(manifests: readonly ContentManifest[], last?: ContentManifest): Promise<void> {
    for (const wave of inWaves(manifests)) {
      await mapParallel(parallelManifests, wave, (entry) => this.#sendOne(entry));
    }
    const now = manifests.filter((entry) => entry !== last);
    await mapParallel(parallelManifests, now, (entry) => this.readBack(entry));
    await readBackReferrers(this.#readBack, this.#repository, groupBySubject(manifests));
  }

  /** Waits until the registry shows a manifest, and the tags by which it is found. */
  async readBack({ descriptor, tags = [] }: ContentManifest): Promise<void> {
    const { digest } = descriptor;
    for (const reference of [digest, ...tags]) {
      await readBackManifest(this.#readBack, this.#repository, reference, digest);
    }
  }

  /**
   * Stores one manifest under a tag or its digest.
   *
   * @param beforeRetry asked before each attempt after the first
   */
  async put(
    reference: Tag | Digest,
    entry: ContentManifest,
    beforeRetry?: () => Promise<void>,
  ): Promise<void> {
    await this.#healed(entry, async () => {
      await this.#client.putManifest(this.#repository, reference, entry.content, beforeRetry);
    });
  }

  async #sendOne(entry: ContentManifest): Promise<void> {
    const { descriptor, content, manifest, tags = [] } = entry;
    if (manifest.subject === undefined) {
      await this.put(descriptor.digest, entry);
    } else {
      await this.#healed(entry, async () => {
        await this.#client.pushReferrer(this.#repository, content);
      });
    }
    for (const tag of tags) await this.put(tag, entry);
  }

  /**
   * Does `work`; where the registry misses parts that it has taken before (a mount that did not happen, or an
   * upload that it does not show yet) these are looked for, sent again where they are gone, and `work` repeated.
   */
  async #healed(entry: ContentManifest, work: () => Promise<void>): Promise<void> {
    const { clock, signal, logger } = this.#options;
    for (const waitMs of healWaitsMs) {
      try {
        await work();
        return;
      } catch (error) {
        if (!isMissingPart(error)) throw error;
        logger.info(`${error.message}; looking for its parts, and trying again`);
        for (const blob of listBlobs([entry])) await this.#heal(blob);
        for (const child of this.#childrenOf(entry)) await this.#healChild(child);
        await clock.sleep(waitMs, signal);
      }
    }
    await work();
  }

  #childrenOf({ manifest }: ContentManifest): readonly ContentManifest[] {
    if (manifest.kind !== 'index') return [];
    const wanted = new Set(manifest.manifests.map(({ digest }) => digest));
    return this.#all.filter(({ descriptor }) => wanted.has(descriptor.digest));
  }

  async #healChild(child: ContentManifest): Promise<void> {
    const { digest } = child.descriptor;
    if ((await this.#client.resolve(this.#repository, digest, 'push')) !== undefined) return;
    await this.#sendOne(child);
    this.#options.logger.info(`sent once more ${digest}`);
  }
}

/** Whether a registry says that something is missing which a manifest points to. */
function isMissingPart(error: unknown): error is RegistryError {
  return (
    error instanceof RegistryError &&
    error.method === 'PUT' &&
    error.registryMessages.some(({ code }) => missingPartCodes.includes(code))
  );
}

/** Groups so that what a manifest points or refers to is in an earlier one than itself. */
function inWaves(manifests: readonly ContentManifest[]): readonly (readonly ContentManifest[])[] {
  const waveOf = new Map<Digest, number>();
  const waves: ContentManifest[][] = [];
  for (const entry of manifests) {
    const { manifest, descriptor } = entry;
    const parts = manifest.kind === 'index' ? manifest.manifests : [];
    const before = [...parts, ...(manifest.subject === undefined ? [] : [manifest.subject])];
    const wave = Math.max(0, ...before.map(({ digest }) => (waveOf.get(digest) ?? -1) + 1));
    waveOf.set(descriptor.digest, wave);
    (waves[wave] ??= []).push(entry);
  }
  return waves;
}

function groupBySubject(
  manifests: readonly ContentManifest[],
): ReadonlyMap<Digest, readonly Digest[]> {
  const groups = new Map<Digest, Digest[]>();
  for (const { descriptor, manifest } of manifests) {
    if (manifest.subject === undefined) continue;
    const group = groups.get(manifest.subject.digest) ?? [];
    groups.set(manifest.subject.digest, [...group, descriptor.digest]);
  }
  return groups;
}
