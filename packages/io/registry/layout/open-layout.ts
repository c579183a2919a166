import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import { mapParallel } from '../parallel/index.js';
import type { Descriptor } from '../protocol/index.js';
import { blobPath, checkLayoutBlob, readLayoutIndex, readLayoutManifest } from './layout-files.js';
import type { Layout, LayoutManifest } from './layout.js';

export interface LayoutOptions {
  /** The name of the image (`org.opencontainers.image.ref.name`), for a layout that holds several. */
  readonly refName?: string;
}

const refNameAnnotation = 'org.opencontainers.image.ref.name';
const parallelReads = 4;

/**
 * Opens an OCI image layout and proves it: each blob must be there with its size and digest, before
 * anything of it is used. Layers that registries do not keep (“foreign”) are left out.
 *
 * @throws SlipwayError `source-invalid` with everything that is wrong
 */
export async function openLayout(folder: string, options: LayoutOptions = {}): Promise<Layout> {
  const { listed, problems: notALayout } = await readLayoutIndex(folder);
  if (notALayout.length > 0) throw refuse(folder, notALayout);
  const reader = new ManifestReader(folder);
  const top = await reader.readAll(listed);
  if (reader.problems.length > 0) throw refuse(folder, reader.problems);
  const root = chooseRoot(folder, top, options.refName);
  await reader.addWithChildren(root.descriptor);
  await reader.addReferrers(top);
  const blobs = listBlobs(reader.ordered);
  const checked = await mapParallel(parallelReads, blobs, (blob) => checkLayoutBlob(folder, blob));
  const problems = [...reader.problems, ...checked.filter((problem) => problem !== undefined)];
  if (problems.length > 0) throw refuse(folder, problems);
  return {
    folder,
    root,
    manifests: reader.ordered,
    blobs,
    openBlob: (digest) => createReadStream(join(folder, blobPath(digest))),
  };
}

/** Reads manifests, each once, and keeps those that belong to the image in the order to push them. */
class ManifestReader {
  readonly problems: Problem[] = [];
  readonly ordered: LayoutManifest[] = [];
  readonly #folder: string;
  readonly #read = new Map<Digest, LayoutManifest | undefined>();
  readonly #added = new Set<Digest>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async readAll(descriptors: readonly Descriptor[]): Promise<readonly LayoutManifest[]> {
    const manifests: LayoutManifest[] = [];
    for (const descriptor of descriptors) {
      const manifest = await this.#readOne(descriptor);
      if (manifest !== undefined) manifests.push({ ...manifest, descriptor });
    }
    return manifests;
  }

  /** Children come before their parent, and children that refer to a sibling after it. */
  async addWithChildren(descriptor: Descriptor): Promise<void> {
    if (this.#added.has(descriptor.digest)) return;
    this.#added.add(descriptor.digest);
    const found = await this.#readOne(descriptor);
    if (found === undefined) return;
    if (found.manifest.kind === 'index') {
      const children = await this.readAll(found.manifest.manifests);
      const bySubject = children.toSorted(
        (a, b) =>
          Number(a.manifest.subject !== undefined) - Number(b.manifest.subject !== undefined),
      );
      for (const child of bySubject) await this.addWithChildren(child.descriptor);
    }
    this.ordered.push(found);
  }

  /** Adds those of `candidates` that refer to something added, until there are no more. */
  async addReferrers(candidates: readonly LayoutManifest[]): Promise<void> {
    const next = candidates.find(({ descriptor, manifest: { subject } }) => {
      const isNew = !this.#added.has(descriptor.digest);
      return isNew && subject !== undefined && this.#added.has(subject.digest);
    });
    if (next === undefined) return;
    await this.addWithChildren(next.descriptor);
    await this.addReferrers(candidates);
  }

  async #readOne(descriptor: Descriptor): Promise<LayoutManifest | undefined> {
    if (this.#read.has(descriptor.digest)) return this.#read.get(descriptor.digest);
    const found = await readLayoutManifest(this.#folder, descriptor);
    const manifest = 'manifest' in found ? found : undefined;
    this.#read.set(descriptor.digest, manifest);
    if (!('manifest' in found)) this.problems.push(found);
    return manifest;
  }
}

function chooseRoot(
  folder: string,
  listed: readonly LayoutManifest[],
  refName: string | undefined,
): LayoutManifest {
  const named = (entry: LayoutManifest): string | undefined =>
    entry.descriptor.annotations?.[refNameAnnotation];
  const roots = new Map<Digest, LayoutManifest>();
  for (const entry of listed) {
    const isWanted = refName === undefined || named(entry) === refName;
    if (isWanted && entry.manifest.subject === undefined) {
      roots.set(entry.descriptor.digest, entry);
    }
  }
  const [only, ...others] = roots.values();
  if (only !== undefined && others.length === 0) return only;
  const names = listed.map((entry) => named(entry) ?? entry.descriptor.digest).join(', ');
  throw refuse(folder, [
    {
      subject: join(folder, 'index.json'),
      given: names,
      expected: refName === undefined ? 'exactly one image' : `exactly one image named ${refName}`,
      fix: `Add the name of the one that is meant to source: ${folder}:<name>.`,
    },
  ]);
}

function listBlobs(manifests: readonly LayoutManifest[]): readonly Descriptor[] {
  const blobs = new Map<Digest, Descriptor>();
  for (const { manifest } of manifests) {
    if (manifest.kind === 'index') continue;
    for (const blob of [manifest.config, ...manifest.layers]) {
      if (!isForeign(blob)) blobs.set(blob.digest, blob);
    }
  }
  return [...blobs.values()];
}

/** Layers that may not be distributed: they stay where their `urls` say. */
function isForeign({ mediaType }: Descriptor): boolean {
  return mediaType.includes('.nondistributable.') || mediaType.includes('.foreign.');
}

function refuse(folder: string, problems: readonly Problem[]): SlipwayError {
  return new SlipwayError('source-invalid', `${folder} is not a complete OCI image layout`, {
    problems,
  });
}
