import { SlipwayError } from '@slipway/core/errors';
import {
  algorithmOf,
  formatRepository,
  tryParseDigest,
  type Digest,
  type Repository,
  type Tag,
} from '@slipway/core/image-ref';
import {
  RegistryError,
  TooLargeError,
  bytesBody,
  readBody,
  type HttpResponse,
  type Transport,
} from '../transport/index.js';
import {
  computeDigest,
  manifestMediaTypes,
  maxManifestBytes,
  tryReadMediaType,
} from './manifest.js';
import type {
  Descriptor,
  FetchedManifest,
  ManifestContent,
  ManifestReceipt,
} from './registry-client.js';

const accept = { accept: manifestMediaTypes.join(', ') };

/** See RegistryClient.resolve. */
export async function resolve(
  transport: Transport,
  repository: Repository,
  reference: Digest | Tag,
  access: 'pull' | 'push' = 'pull',
): Promise<Descriptor | undefined> {
  const answer = await transport.send(
    {
      method: 'HEAD',
      repository,
      access,
      target: `manifests/${reference}`,
      headers: accept,
      accept: [200, 404, 405],
    },
    (response) => Promise.resolve(readHead(response, repository, reference)),
  );
  if (answer !== 'ask-with-get') return answer;
  return (await fetchManifest(transport, repository, reference, access))?.descriptor;
}

/** What a HEAD tells; some registries leave out the headers that make it useful. */
function readHead(
  { status, headers }: HttpResponse,
  repository: Repository,
  reference: Digest | Tag,
): Descriptor | undefined | 'ask-with-get' {
  if (status === 404) return undefined;
  const digest = readDigestHeader(headers['docker-content-digest']);
  const mediaType = readMediaType(headers['content-type']);
  const size = headers['content-length'];
  if (status !== 200 || digest === undefined || mediaType === undefined || size === undefined) {
    return 'ask-with-get';
  }
  return readSame(repository, reference, { mediaType, digest, size: Number(size) });
}

/** See RegistryClient.fetchManifest. */
export async function fetchManifest(
  transport: Transport,
  repository: Repository,
  reference: Digest | Tag,
  access: 'pull' | 'push' = 'pull',
): Promise<FetchedManifest | undefined> {
  return transport.send(
    {
      method: 'GET',
      repository,
      access,
      target: `manifests/${reference}`,
      headers: accept,
      accept: [200, 404],
    },
    async (response) => {
      const bytes = await readManifestBytes(response, repository, reference);
      if (response.status === 404) return undefined;
      checkBytes(repository, reference, bytes);
      const told = readDigestHeader(response.headers['docker-content-digest']);
      if (told !== undefined) checkBytes(repository, told, bytes);
      const digest = tryParseDigest(reference) ?? computeDigest(bytes);
      const mediaType =
        readMediaType(response.headers['content-type']) ?? tryReadMediaType(bytes) ?? '';
      return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes, mediaType };
    },
  );
}

/** See RegistryClient.putManifest. */
export async function putManifest(
  transport: Transport,
  repository: Repository,
  reference: Digest | Tag,
  content: ManifestContent,
  beforeRetry?: () => Promise<void>,
): Promise<ManifestReceipt> {
  checkBytes(repository, reference, content.bytes);
  let isRetry = false;
  return transport.retry(async () => {
    if (isRetry) await beforeRetry?.();
    isRetry = true;
    return putOnce(transport, repository, reference, content);
  });
}

function putOnce(
  transport: Transport,
  repository: Repository,
  reference: Digest | Tag,
  { mediaType, bytes }: ManifestContent,
): Promise<ManifestReceipt> {
  return transport.sendOnce(
    {
      method: 'PUT',
      repository,
      access: 'push',
      target: `manifests/${reference}`,
      headers: { 'content-type': mediaType },
      body: bytesBody(bytes),
      accept: [200, 201, 202],
    },
    async ({ headers, body }) => {
      await readBody(body, maxManifestBytes);
      const told = readDigestHeader(headers['docker-content-digest']);
      if (told !== undefined) checkBytes(repository, told, bytes);
      const subject = readDigestHeader(headers['oci-subject']);
      const digest = tryParseDigest(reference) ?? computeDigest(bytes);
      return { digest, ...(subject === undefined ? {} : { subject }) };
    },
  );
}

async function readManifestBytes(
  response: HttpResponse,
  repository: Repository,
  reference: Digest | Tag,
): Promise<Uint8Array> {
  try {
    return await readBody(response.body, maxManifestBytes);
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    throw new RegistryError(
      'registry-refused',
      `the manifest ${reference} of ${formatRepository(repository)} has ${error.message}`,
      { method: 'GET', url: response.url, cause: error },
    );
  }
}

/**
 * What a HEAD tells of a digest that was asked for; one of another algorithm can only be proven with the bytes.
 *
 * @throws SlipwayError `registry-corrupt` when it is another digest
 */
function readSame(
  repository: Repository,
  reference: Digest | Tag,
  told: Descriptor,
): Descriptor | 'ask-with-get' {
  const wanted = tryParseDigest(reference);
  if (wanted === undefined || wanted === told.digest) return told;
  if (algorithmOf(wanted) !== algorithmOf(told.digest)) return 'ask-with-get';
  throw refuseDigest(repository, wanted, told.digest);
}

/** @throws SlipwayError `registry-corrupt` when `reference` is a digest, and not that of the bytes */
function checkBytes(repository: Repository, reference: Digest | Tag, bytes: Uint8Array): void {
  const wanted = tryParseDigest(reference);
  if (wanted === undefined) return;
  const digest = computeDigest(bytes, algorithmOf(wanted));
  if (digest !== wanted) throw refuseDigest(repository, wanted, digest);
}

function refuseDigest(repository: Repository, wanted: Digest, digest: Digest): SlipwayError {
  return new SlipwayError(
    'registry-corrupt',
    `${formatRepository(repository)} gives ${digest} for ${wanted}`,
    {
      fix: `Do not trust ${repository.registry} with this image: push it again, and ask who runs it.`,
    },
  );
}

function readDigestHeader(value: string | readonly string[] | undefined): Digest | undefined {
  return typeof value === 'string' ? tryParseDigest(value) : undefined;
}

/** `application/vnd…+json`, without parameters; undefined when the registry only says that it is JSON. */
function readMediaType(header: string | undefined): string | undefined {
  const mediaType = header?.split(';')[0]?.trim() ?? '';
  return mediaType.startsWith('application/vnd.') ? mediaType : undefined;
}
