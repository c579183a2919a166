import { SlipwayError } from '@slipway/core/errors';
import {
  formatReference,
  formatRepository,
  referrersTag,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';
import { readProperty, tryParseJson, type Transport } from '../transport/index.js';
import { describeManifest, mediaTypes, parseManifest, tryReadDescriptor } from './manifest.js';
import { fetchManifest, putManifest } from './manifests.js';
import { fetchPages } from './pages.js';
import type { Descriptor, ManifestContent, ReferrerListOptions } from './registry-client.js';

/** What one client has learned of referrers, and what it is about to write of them. */
export class ReferrersState {
  /** Repositories whose registry has no referrers API: the fallback tag is asked for at once. */
  readonly withoutApi = new Set<string>();
  readonly fallback = new FallbackQueue();
}

/** See RegistryClient.listReferrers. */
export async function listReferrers(
  transport: Transport,
  repository: Repository,
  digest: Digest,
  { artifactType, tags }: ReferrerListOptions,
  { withoutApi }: ReferrersState,
): Promise<readonly Descriptor[]> {
  const name = formatRepository(repository);
  const listed = withoutApi.has(name)
    ? undefined
    : await tryAskApi(transport, repository, digest, artifactType);
  if (typeof listed === 'object') return listed;
  // Of a repository that is not there yet, a 404 says nothing about its registry.
  if (listed !== 'repository-unknown') withoutApi.add(name);
  const known = await tags;
  if (known !== undefined && !known.has(referrersTag(digest))) return [];
  const index = await readFallback(transport, repository, digest, 'pull');
  if (index === undefined) return [];
  return keepType(readDescriptorList(index, `${name}@${digest}`), artifactType);
}

/**
 * The answer of the referrers API, or why there is none.
 *
 * @throws SlipwayError `registry-corrupt` for a list that breaks off: what is missing might be a signature
 */
async function tryAskApi(
  transport: Transport,
  repository: Repository,
  digest: Digest,
  artifactType: string | undefined,
): Promise<readonly Descriptor[] | 'no-api' | 'repository-unknown'> {
  const query =
    artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const accept = { accept: mediaTypes.ociIndex };
  const referrers: Descriptor[] = [];
  const path = `referrers/${digest}${query}`;
  const name = formatReference({ repository, digest });
  let pages = 0;
  for await (const { page, isRepositoryUnknown } of fetchPages(
    transport,
    repository,
    path,
    accept,
  )) {
    if (page === undefined) {
      if (pages > 0) throw refuseList(name, 'and the list breaks off');
      return isRepositoryUnknown === true ? 'repository-unknown' : 'no-api';
    }
    const found = readDescriptorList(page.json, name);
    referrers.push(...(page.isFiltered ? found : keepType(found, artifactType)));
    pages += 1;
  }
  return referrers;
}

/**
 * See RegistryClient.pushReferrer. The fallback tag is read, changed and written: within one client one after
 * the other for each subject, and once for all that wait; two runs that do it at the same moment can lose one
 * of the entries (no registry offers a conditional write); the one that reads back later finds it out.
 */
export async function pushReferrer(
  transport: Transport,
  repository: Repository,
  content: ManifestContent,
  { fallback, withoutApi }: ReferrersState,
): Promise<Descriptor> {
  const name = formatRepository(repository);
  const manifest = parseManifest(content.bytes, `the referrer for ${name}`);
  const { subject } = manifest;
  if (subject === undefined) {
    throw new SlipwayError('internal', `a manifest without a subject is no referrer in ${name}`);
  }
  const descriptor = describeManifest(content, manifest);
  const receipt = await putManifest(transport, repository, descriptor.digest, content);
  if (receipt.subject !== undefined) {
    withoutApi.delete(name);
    return descriptor;
  }
  await fallback.add(`${name}@${subject.digest}`, descriptor, (waiting) =>
    addToFallback(transport, repository, subject.digest, waiting),
  );
  return descriptor;
}

interface FallbackEntries {
  waiting: Descriptor[];
  /** The write that will take those that wait; it begins when the one before it has ended. */
  next: Promise<void> | undefined;
  last: Promise<void>;
}

/** Lets the writes of one subject's list follow each other, each with all that has come up to then. */
class FallbackQueue {
  readonly #subjects = new Map<string, FallbackEntries>();

  add(
    subject: string,
    referrer: Descriptor,
    write: (waiting: readonly Descriptor[]) => Promise<void>,
  ): Promise<void> {
    const entries = this.#subjects.get(subject) ?? {
      waiting: [],
      next: undefined,
      last: Promise.resolve(),
    };
    this.#subjects.set(subject, entries);
    entries.waiting.push(referrer);
    if (entries.next !== undefined) return entries.next;
    const mine = entries.last
      .catch(() => undefined) // it was told to those that it was for
      .then(() => {
        const { waiting } = entries;
        entries.waiting = [];
        entries.next = undefined;
        return write(waiting);
      });
    entries.next = mine;
    entries.last = mine;
    return mine;
  }
}

async function addToFallback(
  transport: Transport,
  repository: Repository,
  subject: Digest,
  referrers: readonly Descriptor[],
): Promise<void> {
  const json = await readFallback(transport, repository, subject, 'push');
  // What is there and no index is somebody else's: it is refused, and not written over.
  const listed =
    json === undefined
      ? []
      : readDescriptorList(json, formatReference({ repository, digest: subject }));
  const present = new Set(listed.map(({ digest }) => digest));
  const fresh = referrers.filter(({ digest }) => !present.has(digest));
  if (fresh.length === 0) return;
  // The entries of others are kept as they are, whatever they hold.
  const entries = readProperty(json, 'manifests');
  const kept: readonly unknown[] = Array.isArray(entries) ? entries : [];
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: [...kept, ...fresh],
  };
  const bytes = Buffer.from(JSON.stringify(index));
  const content = { mediaType: mediaTypes.ociIndex, bytes };
  await putManifest(transport, repository, referrersTag(subject), content);
}

/** What is under the fallback tag, whatever it is, or undefined. */
async function readFallback(
  transport: Transport,
  repository: Repository,
  subject: Digest,
  access: 'pull' | 'push',
): Promise<unknown> {
  const found = await fetchManifest(transport, repository, referrersTag(subject), access);
  return found && (tryParseJson(Buffer.from(found.bytes).toString('utf8')) ?? {});
}

/** @throws SlipwayError `registry-corrupt` for what is no list, or has an entry that cannot be read: it might be a signature */
function readDescriptorList(json: unknown, name: string): readonly Descriptor[] {
  const manifests = readProperty(json, 'manifests');
  if (manifests === null) return []; // how Go writes an empty list
  if (!Array.isArray(manifests)) throw refuseList(name, 'in something that is no index');
  return manifests.map((item: unknown) => {
    const found = tryReadDescriptor(item);
    if (found !== undefined) return found;
    throw refuseList(name, 'with an entry that cannot be read');
  });
}

function refuseList(name: string, how: string): SlipwayError {
  return new SlipwayError('registry-corrupt', `what refers to ${name} is listed ${how}`, {
    fix: 'Look at the list of referrers in the registry, and delete or push again what is wrong in it.',
  });
}

function keepType(
  referrers: readonly Descriptor[],
  artifactType: string | undefined,
): readonly Descriptor[] {
  if (artifactType === undefined) return referrers;
  return referrers.filter((referrer) => referrer.artifactType === artifactType);
}
