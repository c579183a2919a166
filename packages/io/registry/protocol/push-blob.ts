import type { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core/errors';
import {
  formatRepository,
  tryParseDigest,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';
import {
  RegistryError,
  readBody,
  type HttpResponse,
  type RequestBody,
  type Transport,
} from '../transport/index.js';
import { headBlob } from './blobs.js';
import type { BlobReceipt, BlobSource } from './registry-client.js';

const maxAnswerBytes = 64 * 1024;

/** Pairs of repositories between which a registry does not mount: it is not asked again. */
export type RefusedMounts = Set<string>;

/**
 * See RegistryClient.pushBlob. A mount comes first, because where it works it needs no other question; what it
 * claims is looked at (some registries say 201 and have nothing). Else HEAD, POST and one streamed PUT, with
 * the source being opened while the POST is on its way.
 */
export async function pushBlob(
  transport: Transport,
  repository: Repository,
  blob: BlobSource,
  refused: RefusedMounts,
): Promise<BlobReceipt> {
  const { digest, presence } = blob;
  const has = (): Promise<boolean> => headBlob(transport, repository, digest, 'push');
  const session = await tryMount(transport, repository, blob, refused);
  if (session === 'mounted') {
    if (await transport.retry(has)) return { state: 'mounted', isConfirmed: true };
    refused.add(pairOf(repository, blob.mountFrom));
  } else if (presence === undefined && (await transport.retry(has))) {
    return { state: 'present', isConfirmed: true };
  }
  const opening = openOnce(blob);
  try {
    const start = (): Promise<URL> => transport.retry(() => startUpload(transport, repository));
    const [isThere, location] = await Promise.all([
      presence === 'likely-absent' ? transport.retry(has) : false,
      session instanceof URL ? session : start(),
    ]);
    if (isThere) return { state: 'present', isConfirmed: true };
    return await sendAll(transport, repository, { ...blob, open: opening.open }, location, has);
  } finally {
    opening.close();
  }
}

/** Repeats what comes after a failed PUT: its upload may be gone, or may have arrived although the answer was lost. */
function sendAll(
  transport: Transport,
  repository: Repository,
  blob: BlobSource,
  first: URL,
  has: () => Promise<boolean>,
): Promise<BlobReceipt> {
  let location: URL | undefined = first;
  let hasFailed = false;
  return transport.retry(async () => {
    if (hasFailed && location === undefined) {
      if (await has()) return { state: 'uploaded', isConfirmed: true };
      location = await startUpload(transport, repository);
    }
    try {
      const current = location ?? first;
      return {
        state: 'uploaded',
        isConfirmed: await sendContent(transport, repository, blob, current),
      };
    } catch (error) {
      hasFailed = true;
      const wasRefusedUnread = error instanceof RegistryError && error.status === 429;
      if (!wasRefusedUnread) location = undefined;
      throw error;
    }
  });
}

/** Opens the source at once, and hands that out to whoever asks first. */
function openOnce({ open }: BlobSource): { readonly open: BlobSource['open']; close(): void } {
  const begin = async (): Promise<Readable> => {
    const content = await open();
    content.on('error', () => undefined); // told to who reads it
    return content;
  };
  let first: Promise<Readable> | undefined = begin();
  first.catch(() => undefined); // told to who asks for it
  const close = (): void => {
    first?.then(
      (content) => content.destroy(),
      () => undefined,
    );
    first = undefined;
  };
  return {
    open: async () => {
      const opened = first;
      first = undefined;
      const content = await (opened ?? open());
      if (content.errored !== null) throw content.errored; // before anybody listened
      return content;
    },
    close,
  };
}

/**
 * A mount in place of an upload (distribution specification, “mounting a blob from another repository”).
 *
 * @returns where to upload to, when the registry has opened an upload instead; undefined when it will not mount
 */
async function tryMount(
  transport: Transport,
  repository: Repository,
  { digest, mountFrom }: BlobSource,
  refused: RefusedMounts,
): Promise<'mounted' | URL | undefined> {
  const pair = pairOf(repository, mountFrom);
  if (mountFrom === undefined || refused.has(pair)) return undefined;
  const query = new URLSearchParams({ mount: digest, from: mountFrom });
  const request = { ...uploadRequest(repository, `?${query.toString()}`), mountFrom };
  return transport.retry(async () => {
    try {
      return await transport.sendOnce({ ...request, accept: [201, 202] }, async (response) => {
        await readBody(response.body, maxAnswerBytes);
        return response.status === 201 ? 'mounted' : readLocation(repository, response);
      });
    } catch (error) {
      if (!(error instanceof RegistryError) || error.status === 429 || error.wasStale) throw error;
      // Whatever else it answers (401 for a project that it does not know, 400, 500): without a mount it goes, too.
      if (!error.isTemporary) refused.add(pair);
      return undefined;
    }
  });
}

function pairOf({ registry, path }: Repository, from = ''): string {
  return `${registry} ${from} ${path}`;
}

function startUpload(transport: Transport, repository: Repository): Promise<URL> {
  return transport.sendOnce(
    { ...uploadRequest(repository, ''), accept: [202] },
    async (response) => {
      await readBody(response.body, maxAnswerBytes);
      return readLocation(repository, response);
    },
  );
}

function uploadRequest(repository: Repository, query: string) {
  return {
    method: 'POST',
    repository,
    access: 'push',
    target: `blobs/uploads/${query}`,
    headers: { 'content-length': '0' },
  } as const;
}

function readLocation({ registry }: Repository, { headers, url, status }: HttpResponse): URL {
  const location = URL.parse(headers.location ?? '', url.href);
  if (headers.location !== undefined && location !== null) return location;
  throw new RegistryError(
    'registry-refused',
    `${registry} starts an upload without telling where to send it`,
    { method: 'POST', url, status },
  );
}

/** @returns whether the registry says that it has stored just this */
function sendContent(
  transport: Transport,
  repository: Repository,
  { digest, size, open, onSent }: BlobSource,
  location: URL,
): Promise<boolean> {
  const target = new URL(location);
  // Appended as text: the registry's own parameters must come back exactly as they were.
  target.search = `${location.search === '' ? '?' : `${location.search}&`}digest=${encodeURIComponent(digest)}`;
  const body: RequestBody = { size, open, ...(onSent === undefined ? {} : { onSent }) };
  return transport.sendOnce(
    {
      method: 'PUT',
      repository,
      access: 'push',
      target,
      headers: { 'content-type': 'application/octet-stream' },
      body,
      accept: [200, 201, 204],
    },
    async ({ headers, body: answer }) => {
      await readBody(answer, maxAnswerBytes);
      return checkReceipt(repository, digest, headers['docker-content-digest']);
    },
  );
}

function checkReceipt(
  repository: Repository,
  digest: Digest,
  header: string | readonly string[] | undefined,
): boolean {
  const told = typeof header === 'string' ? tryParseDigest(header) : undefined;
  if (told === undefined) return false;
  // A registry may name what it stored by another algorithm than we did.
  if (told.split(':')[0] !== digest.split(':')[0]) return false;
  if (told === digest) return true;
  const name = formatRepository(repository);
  throw new SlipwayError('registry-corrupt', `${name} stored ${told} for the blob ${digest}`, {
    fix: `Do not trust ${repository.registry} with this image: push it again, and ask who runs it.`,
  });
}
