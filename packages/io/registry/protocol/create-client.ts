import { SlipwayError } from '@slipway/core/errors';
import type { Clock } from '@slipway/io/clock';
import type { Logger } from '@slipway/io/log';
import type { RegistryCredentials } from '../transport/registry-auth.js';
import type { RegistryClient } from './registry-client.js';

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
  /** A connection on which nothing comes or goes for so long has failed; one minute when absent. */
  readonly idleTimeoutMs?: number;
}

export function createRegistryClient(
  options: RegistryOptions & RegistryCollaborators,
): RegistryClient {
  throw new SlipwayError('internal', `no client for ${options.plainHttp.join()}`);
}
