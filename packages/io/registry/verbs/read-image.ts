import { SlipwayError } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  parseTag,
  type Digest,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';
import type { Logger } from '../../log/index.js';
import {
  ManifestWalk,
  listBlobs,
  type ContentManifest,
  type ImageContent,
} from '../content/index.js';
import { mapParallel } from '../parallel/index.js';
import { parseManifest, type Descriptor, type RegistryClient } from '../protocol/index.js';

const parallelReads = 6;
/** What cosign adds to the name of a digest to say where it keeps what belongs to it. */
const cosignSuffixes = ['sig', 'att', 'sbom'] as const;

/**
 * Reads all manifests that belong to an image: those below it, and, for each, its referrers and what cosign
 * keeps under tags, and so on for these.
 *
 * @throws SlipwayError `not-found` when the image or a part of it is not there, `registry-corrupt` when a
 * referrer is listed and not there
 */
export function readImage(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  logger: Logger,
): Promise<ImageContent> {
  return new ImageReader(client, repository, logger).read(digest);
}

class ImageReader {
  readonly #client: RegistryClient;
  readonly #repository: Repository;
  readonly #logger: Logger;
  readonly #missing = new Set<Digest>();
  readonly #tags = new Map<Digest, readonly Tag[]>();
  readonly #walk = new ManifestWalk(parallelReads, ({ digest }) => this.#tryRead(digest));

  constructor(client: RegistryClient, repository: Repository, logger: Logger) {
    this.#client = client;
    this.#repository = repository;
    this.#logger = logger;
  }

  async read(digest: Digest): Promise<ImageContent> {
    const root = await this.#tryRead(digest);
    if (root === undefined) {
      throw new SlipwayError(
        'not-found',
        `the image ${this.#name(digest)} is not in the registry`,
        {
          fix: 'Push it first, and pass on the output reference of registry-push; check the host and the path.',
        },
      );
    }
    await this.#walk.addWithChildren(root.descriptor);
    this.#refuseMissing('not-found', `a part of ${digest}`);
    await this.#addReferring();
    const manifests = this.#walk.ordered.map((entry) => {
      const tags = this.#tags.get(entry.descriptor.digest);
      return tags === undefined ? entry : { ...entry, tags };
    });
    return {
      root,
      manifests,
      blobs: listBlobs(manifests),
      openBlob: (blob) => this.#client.openBlob(this.#repository, blob),
    };
  }

  /** Each round asks for those that the round before has found. */
  async #addReferring(): Promise<void> {
    const { ordered } = this.#walk;
    for (let known = 0; known < ordered.length;) {
      const fresh = ordered.slice(known).map(({ descriptor }) => descriptor.digest);
      known = ordered.length;
      const listed = await mapParallel(parallelReads, fresh, (subject) =>
        this.#client.listReferrers(this.#repository, subject),
      );
      for (const [index, subject] of fresh.entries()) {
        await this.#addReferrers(subject, listed[index] ?? []);
      }
      const tagged = await mapParallel(parallelReads, fresh, (subject) => this.#findTags(subject));
      for (const { tag, descriptor } of tagged.flat()) {
        await this.#walk.addWithChildren(descriptor);
        this.#refuseMissing('registry-corrupt', `found by the tag ${tag}`);
        const { digest } = descriptor;
        this.#tags.set(digest, [...(this.#tags.get(digest) ?? []), tag]);
      }
    }
  }

  async #addReferrers(subject: Digest, listed: readonly Descriptor[]): Promise<void> {
    const found = await this.#walk.readAll(listed);
    await this.#walk.addReferrers(found);
    this.#refuseMissing('registry-corrupt', `listed as referring to ${subject}`);
    for (const { descriptor, manifest } of found) {
      if (manifest.subject?.digest === subject) continue;
      const { digest } = descriptor;
      this.#logger.warning(
        `${this.#name(digest)} is listed as referring to ${subject}, but refers to ${manifest.subject?.digest ?? 'nothing'}`,
      );
    }
  }

  /** Asked for by name: a list of all tags can be long. */
  async #findTags(
    digest: Digest,
  ): Promise<readonly { readonly tag: Tag; readonly descriptor: Descriptor }[]> {
    const tags = cosignSuffixes.map((suffix) => parseTag(`${digest.replace(':', '-')}.${suffix}`));
    const found = await Promise.all(
      tags.map(async (tag) => {
        const descriptor = await this.#client.resolve(this.#repository, tag);
        return descriptor === undefined ? undefined : { tag, descriptor };
      }),
    );
    return found.filter((each) => each !== undefined);
  }

  async #tryRead(digest: Digest): Promise<ContentManifest | undefined> {
    const fetched = await this.#client.fetchManifest(this.#repository, digest);
    if (fetched === undefined) {
      this.#missing.add(digest);
      return undefined;
    }
    const manifest = parseManifest(fetched.bytes, this.#name(digest));
    const mediaType = fetched.mediaType === '' ? manifest.mediaType : fetched.mediaType;
    const descriptor = { ...fetched.descriptor, mediaType };
    return { descriptor, content: { mediaType, bytes: fetched.bytes }, manifest };
  }

  /** @throws SlipwayError when something that was to be read is not there */
  #refuseMissing(code: 'not-found' | 'registry-corrupt', role: string): void {
    const missing = [...this.#missing];
    if (missing.length === 0) return;
    const name = formatRepository(this.#repository);
    throw new SlipwayError(code, `${name} does not have ${missing.join(', ')}, ${role}`, {
      fix: 'Something deleted it, perhaps a clean-up rule: push it again, or run again what made it.',
    });
  }

  #name(digest: Digest): string {
    return formatReference({ repository: this.#repository, digest });
  }
}
