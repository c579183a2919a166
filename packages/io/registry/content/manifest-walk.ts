import type { Digest } from '@slipway/core/image-ref';
import { mapParallel } from '@slipway/core/parallel';
import type { Descriptor } from '../protocol/index.js';
import type { ContentManifest } from './image-content.js';
import { subjectsFirst } from './subjects-first.js';

type TryRead = (descriptor: Descriptor) => Promise<ContentManifest | undefined>;

/** Reads manifests, each once, and keeps those that belong to an image in the order to push them. */
export class ManifestWalk {
  readonly ordered: ContentManifest[] = [];
  readonly #parallelReads: number;
  readonly #tryRead: TryRead;
  readonly #read = new Map<Digest, Promise<ContentManifest | undefined>>();
  readonly #added = new Set<Digest>();

  constructor(parallelReads: number, tryRead: TryRead) {
    this.#parallelReads = parallelReads;
    this.#tryRead = tryRead;
  }

  /** Those that can be read, in the order of the descriptors. */
  async readAll(descriptors: readonly Descriptor[]): Promise<readonly ContentManifest[]> {
    const found = await mapParallel(this.#parallelReads, descriptors, async (descriptor) => {
      const manifest = await this.#readOnce(descriptor);
      return manifest && { ...manifest, descriptor };
    });
    return found.filter((manifest) => manifest !== undefined);
  }

  /** Children come before their parent, and children that refer to a sibling after it. */
  async addWithChildren(descriptor: Descriptor): Promise<void> {
    if (this.#added.has(descriptor.digest)) return;
    this.#added.add(descriptor.digest);
    const found = await this.#readOnce(descriptor);
    if (found === undefined) return;
    if (found.manifest.kind === 'index') {
      const children = await this.readAll(found.manifest.manifests);
      for (const child of subjectsFirst(children)) await this.addWithChildren(child.descriptor);
    }
    this.ordered.push(found);
  }

  /** Adds those of `candidates` that refer to something added, until there are no more. */
  async addReferrers(candidates: readonly ContentManifest[]): Promise<void> {
    const next = candidates.find(({ descriptor, manifest: { subject } }) => {
      const isNew = !this.#added.has(descriptor.digest);
      return isNew && subject !== undefined && this.#added.has(subject.digest);
    });
    if (next === undefined) return;
    await this.addWithChildren(next.descriptor);
    await this.addReferrers(candidates);
  }

  #readOnce(descriptor: Descriptor): Promise<ContentManifest | undefined> {
    const reading = this.#read.get(descriptor.digest) ?? this.#tryRead(descriptor);
    this.#read.set(descriptor.digest, reading);
    return reading;
  }
}
