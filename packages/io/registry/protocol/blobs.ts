import {
  formatRepository,
  algorithmOf,
  type Digest,
  type Repository,
} from '@slipway/core/image-ref';
import { SlipwayError } from '@slipway/core/errors';
import {
  RegistryError,
  TooLargeError,
  readBody,
  type HttpResponse,
  type Transport,
} from '../transport/index.js';
import { computeDigest } from './manifest.js';
import type { BlobIdentity } from './registry-client.js';

/** See RegistryClient.hasBlob. */
export function hasBlob(
  transport: Transport,
  repository: Repository,
  digest: Digest,
): Promise<boolean> {
  return transport.retry(() => headBlob(transport, repository, digest, 'pull'));
}

/** One HEAD without retries. */
export function headBlob(
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
    const digest = computeDigest(bytes, algorithmOf(blob.digest));
    const problem = describeDifference(repository, blob, { digest, size: bytes.byteLength });
    if (problem !== undefined) throw problem;
    return bytes;
  });
}

export function blobRequest(repository: Repository, digest: Digest) {
  return {
    method: 'GET',
    repository,
    access: 'pull',
    target: `blobs/${digest}`,
    accept: [200, 404],
  } as const;
}

/** @throws SlipwayError `not-found` for a 404 */
export function refuseAbsent(
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

/** What is wrong with content that came for a blob; undefined when it is what its digest and size say. */
export function describeDifference(
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

/** The error of a source that sends more than the blob has. */
export function describeSurplus(
  repository: Repository,
  { digest, size }: Required<BlobIdentity>,
): SlipwayError {
  const name = formatRepository(repository);
  const message = `${name} gives more than ${size} bytes for the blob ${digest} of ${size} bytes`;
  return new SlipwayError('registry-corrupt', message, {
    fix: `Do not trust ${repository.registry} with this image: push it again, and ask who runs it.`,
  });
}
