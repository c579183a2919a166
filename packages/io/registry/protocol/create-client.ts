import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { invalidInput } from '@slipway/core/errors';
import type { Clock } from '../../clock/index.js';
import type { Logger } from '../../log/index.js';
import {
  Transport,
  createCredentialSource,
  createHttpPool,
  parseProxyRules,
  type HttpPool,
  type RegistryCredentials,
} from '../transport/index.js';
import { fetchBlob, hasBlob } from './blobs.js';
import { ChunkedUploads } from './chunked-upload.js';
import { fetchManifest, putManifest, resolve } from './manifests.js';
import { openBlob } from './open-blob.js';
import { pushBlob, type PushMemory } from './push-blob.js';
import { ReferrersState, listReferrers, pushReferrer } from './referrers.js';
import type { RegistryClient } from './registry-client.js';
import { isUnknown, listTags, tryListAllTags } from './tags.js';

/** How registries are reached: what an action's inputs say. */
export interface RegistryOptions {
  /** The input `registry-auth`; other hosts use the Docker configuration. */
  readonly credentials: readonly RegistryCredentials[];
  /** Hosts beside the loopback ones that are spoken to without TLS. */
  readonly plainHttp: readonly string[];
  /** A PEM file with certificates that are trusted besides the usual ones. */
  readonly caCertificates?: string;
}

/** What the client works with. */
export interface RegistryCollaborators {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** The folder of Docker's config.json (`DOCKER_CONFIG`); `~/.docker` when absent. */
  readonly dockerConfig?: string;
  /** Files of podman, buildah and skopeo (`auth.json`), asked after Docker's; none when absent. */
  readonly authFiles?: readonly string[];
  /** `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and their small forms; what is on this machine is always asked directly. */
  readonly proxy?: Readonly<Record<string, string>>;
  /** A connection on which nothing comes or goes for so long has failed; one minute when absent. */
  readonly idleTimeoutMs?: number;
}

const defaultIdleTimeoutMs = 60_000;

/**
 * A client for any number of registries. Nothing is sent before the first call.
 *
 * @throws SlipwayError `invalid-input` when the file of certificates cannot be read, or a proxy is none
 */
export async function createRegistryClient(
  options: RegistryOptions & RegistryCollaborators,
): Promise<RegistryClient> {
  const { credentials, plainHttp, caCertificates, logger, clock, signal } = options;
  const withSignal = signal === undefined ? {} : { signal };
  const ca = caCertificates === undefined ? undefined : await readCertificates(caCertificates);
  const pool = createHttpPool({
    idleTimeoutMs: options.idleTimeoutMs ?? defaultIdleTimeoutMs,
    ...withSignal,
    ...(ca === undefined ? {} : { caCertificates: ca }),
    ...(options.proxy === undefined ? {} : { findProxy: parseProxyRules(options.proxy) }),
  });
  const findCredential = createCredentialSource(
    credentials,
    {
      dockerConfig: options.dockerConfig ?? join(homedir(), '.docker'),
      authFiles: options.authFiles ?? [],
    },
    signal,
  );
  const transport = new Transport({
    logger,
    clock,
    plainHttp,
    findCredential,
    pool,
    ...withSignal,
  });
  const referrers = new ReferrersState();
  const memory: PushMemory = { refusedMounts: new Set(), chunks: new ChunkedUploads() };
  return useTransport(transport, { referrers, memory, pool });
}

/** What a client has learned, and its connections. */
interface ClientState {
  readonly referrers: ReferrersState;
  readonly memory: PushMemory;
  readonly pool: HttpPool;
}

function useTransport(transport: Transport, state: ClientState): RegistryClient {
  const { referrers, memory, pool } = state;
  return {
    get stats() {
      return { ...transport.stats };
    },
    resolve: (repository, reference, access) => resolve(transport, repository, reference, access),
    fetchManifest: (repository, reference) => fetchManifest(transport, repository, reference),
    putManifest: (repository, reference, content, beforeRetry) =>
      putManifest(transport, repository, reference, content, beforeRetry),
    hasBlob: (repository, digest) => hasBlob(transport, repository, digest),
    fetchBlob: (repository, blob, maxBytes) => fetchBlob(transport, repository, blob, maxBytes),
    openBlob: (repository, blob, start) => openBlob(transport, repository, blob, start),
    pushBlob: (repository, blob) => pushBlob(transport, repository, blob, memory),
    listTags: (repository, list = {}) => listTags(transport, repository, list),
    isUnknown: (repository) => isUnknown(transport, repository),
    tryListAllTags: (repository) => tryListAllTags(transport, repository),
    listReferrers: (repository, digest, list = {}) =>
      listReferrers(transport, repository, digest, list, referrers),
    pushReferrer: (repository, content) => pushReferrer(transport, repository, content, referrers),
    guardedBy: (guard) => useTransport(transport.guardedBy(guard), state),
    close: () => pool.close(),
  };
}

async function readCertificates(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw invalidInput([
    {
      subject: 'ca-certificates',
      given: file,
      expected: 'a readable file of PEM certificates',
      fix: 'Check the path, and that the file holds “-----BEGIN CERTIFICATE-----”.',
    },
  ]);
}
