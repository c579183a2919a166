import { SlipwayError, assertNever } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  isTag,
  type Digest,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';
import type { Logger } from '../../log/index.js';
import {
  listBlobs,
  subjectsFirst,
  type ContentManifest,
  type ImageContent,
} from '../content/index.js';
import type { Descriptor, RegistryClient } from '../protocol/index.js';
import { tryFetchEntry } from './fetch-entry.js';

/** What cosign adds to the name of a digest to say where it keeps what belongs to it. */
const cosignSuffixes = ['sig', 'att', 'sbom'] as const;

/** More is no image, but a registry gone wrong. */
const mostManifests = 5000;
const mostBytes = 256 * 1024 * 1024;

export interface ReadImageOptions {
  readonly logger: Logger;
  /** Told of each part of the image as soon as it is known, before it has been read. */
  readonly onPart?: (digest: Digest) => void;
}

/**
 * Reads all manifests that belong to an image: those below it, and, for each, its referrers and what cosign
 * keeps under tags, and so on for these. All that can be asked at once is asked at once.
 *
 * @throws SlipwayError `not-found` when the image or a part of it is not there, `registry-corrupt` when a
 * referrer is listed and not there
 */
export function readImage(
  client: RegistryClient,
  repository: Repository,
  digest: Digest,
  options: ReadImageOptions,
): Promise<ImageContent> {
  return new ImageReader(client, repository, options).read(digest);
}

/** How a manifest was found. */
type Role =
  | { readonly kind: 'root' }
  | { readonly kind: 'part'; readonly of: Digest }
  | { readonly kind: 'referrer'; readonly of: Digest }
  | { readonly kind: 'tagged'; readonly by: Tag };

/** A manifest, and the digests of what was found from it. */
interface Node {
  readonly entry: ContentManifest;
  readonly children: readonly Digest[];
  readonly referrers: readonly Digest[];
  readonly tagged: readonly { readonly tag: Tag; readonly digest: Digest }[];
}

class ImageReader {
  readonly #client: RegistryClient;
  readonly #repository: Repository;
  readonly #options: ReadImageOptions;
  readonly #allTags: Promise<ReadonlySet<string> | undefined>;
  readonly #visits = new Map<Digest, Promise<void>>();
  readonly #nodes = new Map<Digest, Node>();
  #bytes = 0;
  readonly #missing: { readonly digest: Digest; readonly role: Role }[] = [];

  constructor(client: RegistryClient, repository: Repository, options: ReadImageOptions) {
    this.#client = client;
    this.#repository = repository;
    this.#options = options;
    this.#allTags = client.tryListAllTags(repository);
    this.#allTags.catch(() => undefined); // told to who waits for it
  }

  async read(digest: Digest): Promise<ImageContent> {
    this.#visit(digest, { kind: 'root' });
    // Visits begin others, which a Map hands out as they come.
    for (const visit of this.#visits.values()) await visit;
    this.#refuseMissing();
    const { manifests, tags } = this.#order(digest);
    const named = manifests.map((entry) => {
      const own = tags.get(entry.descriptor.digest);
      return own === undefined ? entry : { ...entry, tags: own };
    });
    const root = this.#node(digest).entry;
    return {
      root,
      manifests: named,
      blobs: listBlobs(named),
      origin: this.#repository,
      openBlob: (blob, start) => this.#client.openBlob(this.#repository, blob, start),
    };
  }

  /** Begins to read a manifest; nobody waits for another one, so that lists that name each other end, too. */
  #visit(digest: Digest, role: Role): void {
    if (this.#visits.has(digest)) return;
    if (this.#visits.size === mostManifests) {
      throw this.#refuseSize(`${mostManifests} manifests`);
    }
    const visit = this.#visitOnce(digest, role);
    visit.catch(() => undefined); // told by read, in its turn
    this.#visits.set(digest, visit);
  }

  async #visitOnce(digest: Digest, role: Role): Promise<void> {
    const [found, referrers, tagged] = await Promise.all([
      tryFetchEntry(this.#client, this.#repository, digest),
      this.#client.listReferrers(this.#repository, digest, { tags: this.#allTags }),
      this.#findTagged(digest),
    ]);
    if (found === undefined) {
      this.#missing.push({ digest, role });
      return;
    }
    this.#bytes += found.content.bytes.byteLength;
    if (this.#bytes > mostBytes) throw this.#refuseSize(`${mostBytes} bytes of manifests`);
    const { manifest } = found;
    const parts = manifest.kind === 'index' ? manifest.manifests : [];
    const children = uniqueDigests(parts);
    for (const child of children) this.#options.onPart?.(child);
    this.#nodes.set(digest, {
      entry: found,
      children,
      referrers: referrers.map((each) => each.digest),
      tagged,
    });
    for (const child of children) this.#visit(child, { kind: 'part', of: digest });
    for (const each of referrers) this.#visit(each.digest, { kind: 'referrer', of: digest });
    for (const each of tagged) this.#visit(each.digest, { kind: 'tagged', by: each.tag });
  }

  /** Where all tags are known, every one that begins with the digest belongs to it; else cosign’s are asked for. */
  async #findTagged(digest: Digest): Promise<Node['tagged']> {
    const known = await this.#allTags;
    const prefix = `${digest.replace(':', '-')}.`;
    const names = known ?? cosignSuffixes.map((suffix) => `${prefix}${suffix}`);
    const tags = [...names].filter((name) => name.startsWith(prefix)).filter(isTag);
    const found = await Promise.all(
      tags.map(async (tag) => {
        const named = await this.#client.resolve(this.#repository, tag);
        return named === undefined ? undefined : { tag, digest: named.digest };
      }),
    );
    return found.filter((each) => each !== undefined);
  }

  /** The root and all below it, then what refers to these, each after what it points to. */
  #order(root: Digest) {
    const manifests: ContentManifest[] = [];
    const tags = new Map<Digest, readonly Tag[]>();
    const added = new Set<Digest>();
    const add = (digest: Digest): void => {
      if (added.has(digest)) return;
      added.add(digest);
      const { entry, children } = this.#node(digest);
      const entries = children.map((child) => this.#node(child).entry);
      for (const child of subjectsFirst(entries)) add(child.descriptor.digest);
      manifests.push(entry);
    };
    add(root);
    for (const { descriptor } of manifests) {
      const { referrers, tagged } = this.#node(descriptor.digest);
      for (const referrer of referrers) {
        this.#warnOfStranger(referrer, descriptor.digest);
        add(referrer);
      }
      for (const { tag, digest } of tagged) {
        tags.set(digest, [...(tags.get(digest) ?? []), tag]);
        add(digest);
      }
    }
    return { manifests, tags };
  }

  #warnOfStranger(referrer: Digest, subject: Digest): void {
    const named = this.#node(referrer).entry.manifest.subject?.digest;
    if (named === subject) return;
    this.#options.logger.warning(
      `${this.#name(referrer)} is listed as referring to ${subject}, but refers to ${named ?? 'nothing'}`,
    );
  }

  #node(digest: Digest): Node {
    const node = this.#nodes.get(digest);
    if (node === undefined) throw new SlipwayError('internal', `${digest} has not been read`);
    return node;
  }

  #refuseSize(limit: string): SlipwayError {
    const name = formatRepository(this.#repository);
    const message = `more than ${limit} in ${name} belong to one image`;
    return new SlipwayError('source-invalid', message, {
      fix: 'Look what attaches them, and delete what nobody needs.',
    });
  }

  /** @throws SlipwayError when something that was to be read is not there */
  #refuseMissing(): void {
    const [first] = this.#missing;
    if (first === undefined) return;
    const name = formatRepository(this.#repository);
    if (first.role.kind === 'root') {
      const message = `the image ${this.#name(first.digest)} is not in the registry`;
      throw new SlipwayError('not-found', message, {
        fix: 'Push it first, and pass on the output reference of registry-push; check the host and the path.',
      });
    }
    const told = this.#missing.map(({ digest, role }) => `${digest}, ${describeRole(role)}`);
    const isOwn = this.#missing.some(({ role }) => role.kind === 'part');
    throw new SlipwayError(
      isOwn ? 'not-found' : 'registry-corrupt',
      `${name} does not have ${told.join('; ')}`,
      {
        fix: 'Something deleted it, perhaps a clean-up rule: push it again, or run again what made it.',
      },
    );
  }

  #name(digest: Digest): string {
    return formatReference({ repository: this.#repository, digest });
  }
}

function uniqueDigests(parts: readonly Descriptor[]): readonly Digest[] {
  return [...new Set(parts.map(({ digest }) => digest))];
}

function describeRole(role: Role): string {
  switch (role.kind) {
    case 'root':
      return 'the image';
    case 'part':
      return `a part of ${role.of}`;
    case 'referrer':
      return `listed as referring to ${role.of}`;
    case 'tagged':
      return `found by the tag ${role.by}`;
    default:
      return assertNever(role);
  }
}
