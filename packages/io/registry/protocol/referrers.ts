import { SlipwayError } from '@slipway/core/errors';
import {
  formatRepository,
  referrersTag,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';
import { readProperty, tryParseJson, type Transport } from '../transport/index.js';
import { describeManifest, mediaTypes, parseManifest, tryReadDescriptor } from './manifest.js';
import { fetchManifest, putManifest } from './manifests.js';
import { fetchPages } from './pages.js';
import type { Descriptor, ManifestContent } from './registry-client.js';

/** See RegistryClient.listReferrers. */
export async function listReferrers(
  transport: Transport,
  repository: Repository,
  digest: Digest,
  artifactType?: string,
): Promise<readonly Descriptor[]> {
  const query =
    artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const accept = { accept: mediaTypes.ociIndex };
  const referrers: Descriptor[] = [];
  const path = `referrers/${digest}${query}`;
  for await (const page of fetchPages(transport, repository, path, accept)) {
    if (page === undefined) {
      const listed = await readFallback(transport, repository, digest, 'pull');
      return keepType(readDescriptorList(listed), artifactType);
    }
    const found = readDescriptorList(page.json);
    referrers.push(...(page.isFiltered ? found : keepType(found, artifactType)));
  }
  return referrers;
}

/**
 * See RegistryClient.pushReferrer. The fallback tag is read, changed and written: within one client one
 * after the other for each subject; two runs that do it at the same moment can lose one of the entries.
 */
export async function pushReferrer(
  transport: Transport,
  repository: Repository,
  content: ManifestContent,
  queue: SubjectQueue,
): Promise<Descriptor> {
  const name = formatRepository(repository);
  const manifest = parseManifest(content.bytes, `the referrer for ${name}`);
  const { subject } = manifest;
  if (subject === undefined) {
    throw new SlipwayError('internal', `a manifest without a subject is no referrer in ${name}`);
  }
  const descriptor = describeManifest(content, manifest);
  const receipt = await putManifest(transport, repository, descriptor.digest, content);
  if (receipt.subject !== undefined) return descriptor;
  await queue.run(`${name}@${subject.digest}`, () =>
    addToFallback(transport, repository, subject.digest, descriptor),
  );
  return descriptor;
}

/** Lets work on one subject wait for the work before it. */
export class SubjectQueue {
  readonly #last = new Map<string, Promise<void>>();

  run(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    this.#last.set(key, mine);
    return mine;
  }
}

async function addToFallback(
  transport: Transport,
  repository: Repository,
  subject: Digest,
  referrer: Descriptor,
): Promise<void> {
  const json = await readFallback(transport, repository, subject, 'push');
  if (readDescriptorList(json).some(({ digest }) => digest === referrer.digest)) return;
  // The entries of others are kept as they are, whatever they hold.
  const listed = readProperty(json, 'manifests');
  const kept: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [...kept, referrer],
  };
  const bytes = Buffer.from(JSON.stringify(index));
  const content = { mediaType: mediaTypes.ociIndex, bytes };
  await putManifest(transport, repository, referrersTag(subject), content);
}

/** The index under the fallback tag, or undefined. */
async function readFallback(
  transport: Transport,
  repository: Repository,
  subject: Digest,
  access: 'pull' | 'push',
): Promise<unknown> {
  const found = await fetchManifest(transport, repository, referrersTag(subject), access);
  return found && tryParseJson(Buffer.from(found.bytes).toString('utf8'));
}

function readDescriptorList(json: unknown): readonly Descriptor[] {
  const manifests = readProperty(json, 'manifests');
  if (!Array.isArray(manifests)) return [];
  return manifests.map(tryReadDescriptor).filter((found) => found !== undefined);
}

function keepType(
  referrers: readonly Descriptor[],
  artifactType: string | undefined,
): readonly Descriptor[] {
  if (artifactType === undefined) return referrers;
  return referrers.filter((referrer) => referrer.artifactType === artifactType);
}
