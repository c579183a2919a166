import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, formatRepository, type Digest, type Repository } from '@slipway/core/image-ref';
import {
  RegistryError,
  TooLargeError,
  readBody,
  type HttpResponse,
  type Transport,
} from '../transport/index.js';
import { computeDigest } from './manifest.js';
import type { BlobIdentity, BlobSource } from './registry-client.js';

const maxAnswerBytes = 64 * 1024;

/** See RegistryClient.hasBlob. */
export function hasBlob(
  transport: Transport,
  repository: Repository,
  digest: Digest,
): Promise<boolean> {
  return transport.retry(() => headBlob(transport, repository, digest, 'pull'));
}

function headBlob(
  transport: Transport,
  repository: Repository,
  digest: Digest,
  access: 'pull' | 'push',
): Promise<boolean> {
  return transport.sendOnce(
    { method: 'HEAD', repository, access, target: `blobs/${digest}`, accept: [200, 404] },
    ({ status }) => Promise.resolve(status === 200),
  );
}

/** See RegistryClient.fetchBlob. */
export function fetchBlob(
  transport: Transport,
  repository: Repository,
  blob: BlobIdentity,
  maxBytes: number,
): Promise<Uint8Array> {
  return transport.send(blobRequest(repository, blob.digest), async (response) => {
    refuseAbsent(response, repository, blob.digest);
    const bytes = await readLimited(response, repository, blob.digest, maxBytes);
    const actual = { digest: computeDigest(bytes), size: bytes.byteLength };
    const problem = describeDifference(repository, blob, actual);
    if (problem !== undefined) throw problem;
    return bytes;
  });
}

/** See RegistryClient.openBlob. */
export function openBlob(
  transport: Transport,
  repository: Repository,
  blob: BlobIdentity,
): Promise<Readable> {
  return transport.send(blobRequest(repository, blob.digest), (response) => {
    refuseAbsent(response, repository, blob.digest);
    const { body, url } = response;
    const checked = checkedStream(repository, blob);
    body.once('error', (error) => {
      checked.destroy(transport.explainBreak(repository.registry, url, error));
    });
    checked.once('close', () => body.destroy());
    return Promise.resolve(body.pipe(checked));
  });
}

/**
 * See RegistryClient.pushBlob. The three requests are repeated together: an upload that broke off cannot
 * go on under its old address, and may have arrived although its answer was lost.
 */
export async function pushBlob(
  transport: Transport,
  repository: Repository,
  blob: BlobSource,
): Promise<'present' | 'uploaded'> {
  let wasStarted = false;
  return transport.retry(async () => {
    if (await headBlob(transport, repository, blob.digest, 'push')) {
      return wasStarted ? 'uploaded' : 'present';
    }
    const location = await startUpload(transport, repository);
    wasStarted = true;
    await sendContent(transport, repository, blob, location);
    return 'uploaded';
  });
}

function startUpload(transport: Transport, repository: Repository): Promise<URL> {
  return transport.sendOnce(
    {
      method: 'POST',
      repository,
      access: 'push',
      target: 'blobs/uploads/',
      headers: { 'content-length': '0' },
      accept: [202],
    },
    async ({ headers, url, status, body }) => {
      await readBody(body, maxAnswerBytes);
      const location = URL.parse(headers.location ?? '', url.href);
      if (headers.location !== undefined && location !== null) return location;
      throw new RegistryError(
        'registry-refused',
        `${repository.registry} starts an upload without telling where to send it`,
        { method: 'POST', url, status },
      );
    },
  );
}

function sendContent(
  transport: Transport,
  repository: Repository,
  { digest, size, open }: BlobSource,
  location: URL,
): Promise<void> {
  const target = new URL(location);
  // Appended as text: the registry's own parameters must come back exactly as they were.
  target.search = `${location.search === '' ? '?' : `${location.search}&`}digest=${encodeURIComponent(digest)}`;
  return transport.sendOnce(
    {
      method: 'PUT',
      repository,
      access: 'push',
      target,
      headers: { 'content-type': 'application/octet-stream' },
      body: { size, open },
      accept: [200, 201, 204],
    },
    async ({ body }) => {
      await readBody(body, maxAnswerBytes);
    },
  );
}

function blobRequest(repository: Repository, digest: Digest) {
  return {
    method: 'GET',
    repository,
    access: 'pull',
    target: `blobs/${digest}`,
    accept: [200, 404],
  } as const;
}

function refuseAbsent(
  { status, body }: HttpResponse,
  repository: Repository,
  digest: Digest,
): void {
  if (status !== 404) return;
  body.resume();
  throw new SlipwayError('not-found', `${formatRepository(repository)} has no blob ${digest}`, {
    fix: 'Push the image again: a part of it is missing.',
  });
}

async function readLimited(
  response: HttpResponse,
  repository: Repository,
  digest: Digest,
  maxBytes: number,
): Promise<Uint8Array> {
  try {
    return await readBody(response.body, maxBytes);
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    throw new RegistryError(
      'registry-refused',
      `the blob ${digest} of ${formatRepository(repository)} has ${error.message}`,
      { method: 'GET', url: response.url, cause: error },
    );
  }
}

/** Passes content on and ends with an error when it was not what it should have been. */
function checkedStream(repository: Repository, blob: BlobIdentity): Transform {
  const hash = createHash('sha256');
  let size = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      size += chunk.length;
      done(undefined, chunk);
    },
    flush: (done) => {
      const actual = { digest: digestOf(hash.digest('hex')), size };
      done(describeDifference(repository, blob, actual) ?? null);
    },
  });
}

function describeDifference(
  repository: Repository,
  wanted: BlobIdentity,
  actual: { readonly digest: Digest; readonly size: number },
): SlipwayError | undefined {
  const hasSize = wanted.size === undefined || wanted.size === actual.size;
  if (hasSize && wanted.digest === actual.digest) return undefined;
  const name = formatRepository(repository);
  const difference = hasSize
    ? `gives ${actual.digest} for the blob ${wanted.digest}`
    : `gives ${actual.size} bytes for the blob ${wanted.digest} of ${wanted.size ?? 0} bytes`;
  return new SlipwayError('registry-corrupt', `${name} ${difference}`, {
    fix: `Do not trust ${repository.registry} with this image: push it again, and ask who runs it.`,
  });
}
