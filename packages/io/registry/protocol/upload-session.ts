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
import type { BlobSource } from './registry-client.js';

/** A blob that a repository does not have yet. */
export interface UploadJob {
  readonly transport: Transport;
  readonly repository: Repository;
  readonly blob: BlobSource;
  /** One HEAD: whether it is there by now. */
  readonly has: () => Promise<boolean>;
}

/** An upload that a registry has opened. */
export interface UploadSession {
  /** Where what is uploaded goes to. */
  readonly location: URL;
  /** How many bytes every chunk but the last must have (`OCI-Chunk-Min-Length`); 0 when it does not say. */
  readonly leastChunkBytes: number;
}

export const maxAnswerBytes = 64 * 1024;

/** Opens an upload: one POST without retries. */
export function openUpload(transport: Transport, repository: Repository): Promise<UploadSession> {
  return transport.sendOnce(
    { ...uploadRequest(repository, ''), accept: [202] },
    async (response) => {
      await readBody(response.body, maxAnswerBytes);
      const least = response.headers['oci-chunk-min-length'];
      const isNumber = typeof least === 'string' && /^\d{1,15}$/.test(least);
      return {
        location: readLocation(repository, response),
        leastChunkBytes: isNumber ? Number(least) : 0,
      };
    },
  );
}

export function uploadRequest(repository: Repository, query: string) {
  return {
    method: 'POST',
    repository,
    access: 'push',
    target: `blobs/uploads/${query}`,
    headers: { 'content-length': '0' },
  } as const;
}

/** Where an upload that was just opened goes on. */
export function readLocation(
  { registry }: Repository,
  { headers, url, status }: HttpResponse,
): URL {
  const location = URL.parse(headers.location ?? '', url.href);
  if (headers.location !== undefined && location !== null) return location;
  throw new RegistryError(
    'registry-refused',
    `${registry} starts an upload without telling where to send it`,
    { method: 'POST', url, status },
  );
}

/**
 * Ends an upload: one PUT without retries.
 *
 * @param body all that was not sent yet; nothing when absent
 * @returns whether the registry says that it has stored just this
 */
export function closeUpload(
  transport: Transport,
  repository: Repository,
  digest: Digest,
  location: URL,
  body?: RequestBody,
): Promise<boolean> {
  const target = new URL(location);
  // Appended as text: the registry's own parameters must come back exactly as they were.
  target.search = `${location.search === '' ? '?' : `${location.search}&`}digest=${encodeURIComponent(digest)}`;
  const type = { 'content-type': 'application/octet-stream' };
  return transport.sendOnce(
    {
      method: 'PUT',
      repository,
      access: 'push',
      target,
      headers: body === undefined ? { 'content-length': '0' } : type,
      ...(body === undefined ? {} : { body }),
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
