import type { Readable } from 'node:stream';
import type { Repository } from '@slipway/core/image-ref';
import { RegistryError, readBody, type RequestBody, type Transport } from '../transport/index.js';
import { headBlob } from './blobs.js';
import type { ChunkedUploads } from './chunked-upload.js';
import type { BlobReceipt, BlobSource } from './registry-client.js';
import {
  closeUpload,
  maxAnswerBytes,
  openUpload,
  readLocation,
  uploadRequest,
  type UploadJob,
} from './upload-session.js';

const contentTooLarge = 413;

/** What a client has learned of registries, so that they are not asked again. */
export interface PushMemory {
  /** Pairs of repositories between which a registry does not mount. */
  readonly refusedMounts: Set<string>;
  readonly chunks: ChunkedUploads;
}

/**
 * See RegistryClient.pushBlob. A mount comes first, because where it works it needs no other question; what it
 * claims is looked at (some registries say 201 and have nothing). Else HEAD, POST and one streamed PUT, with
 * the source being opened while the POST is on its way; in chunks where that is too large for what is in between.
 */
export async function pushBlob(
  transport: Transport,
  repository: Repository,
  blob: BlobSource,
  { refusedMounts, chunks }: PushMemory,
): Promise<BlobReceipt> {
  const { digest, presence } = blob;
  const has = (): Promise<boolean> => headBlob(transport, repository, digest, 'push');
  const session = await tryMount(transport, repository, blob, refusedMounts);
  if (session === 'mounted') {
    if (await transport.retry(has)) return { state: 'mounted', isConfirmed: true };
    refusedMounts.add(pairOf(repository, blob.mountFrom));
  } else if (presence === undefined && (await transport.retry(has))) {
    return { state: 'present', isConfirmed: true };
  }
  const job = { transport, repository, blob, has };
  if (chunks.areNeeded(job)) {
    const isThere = presence === 'likely-absent' && (await transport.retry(has));
    return isThere ? { state: 'present', isConfirmed: true } : chunks.send(job);
  }
  try {
    return await sendWhole(job, session instanceof URL ? session : undefined);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status !== contentTooLarge) throw error;
    chunks.noteLimit(job);
    return await chunks.send(job);
  }
}

/** One streamed PUT, to an upload that is open already or else is opened. */
async function sendWhole(
  { transport, repository, blob, has }: UploadJob,
  session: URL | undefined,
): Promise<BlobReceipt> {
  const opening = openOnce(blob);
  try {
    const [isThere, location] = await Promise.all([
      blob.presence === 'likely-absent' ? transport.retry(has) : false,
      session ?? transport.retry(() => startUpload(transport, repository)),
    ]);
    if (isThere) return { state: 'present', isConfirmed: true };
    return await sendAll(transport, repository, { ...blob, open: opening.open }, location, has);
  } finally {
    opening.close();
  }
}

async function startUpload(transport: Transport, repository: Repository): Promise<URL> {
  return (await openUpload(transport, repository)).location;
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
      const content = await (opened ?? begin());
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
  refused: Set<string>,
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

function sendContent(
  transport: Transport,
  repository: Repository,
  { digest, size, open, onSent }: BlobSource,
  location: URL,
): Promise<boolean> {
  const body: RequestBody = { size, open, ...(onSent === undefined ? {} : { onSent }) };
  return closeUpload(transport, repository, digest, location, body);
}
