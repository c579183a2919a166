import { SlipwayError } from '@slipway/core/errors';
import {
  formatIdentity,
  identifySecret,
  isSecret,
  type SecretOutline,
} from '@slipway/core/manifest';
import { ClusterError, type Cluster } from '@slipway/io/cluster';
import type { Logger } from '@slipway/io/log';
import type { AppliedObject } from './apply-options.js';
import type { Bundle, RenderedBundle } from './bundle-artifact.js';
import type { SecretToCreate } from './take-out-secrets.js';

/** What of the Secrets that a bundle needs is not in the cluster. */
export interface MissingSecrets {
  /** Their values are here: they can be created. */
  readonly absent: readonly SecretToCreate[];
  /** What nobody but a person can mend, a sentence each. */
  readonly problems: readonly string[];
}

/** Looks for the Secrets of a bundle, by name and keys. */
export async function findMissingSecrets(
  cluster: Cluster,
  bundle: Bundle | RenderedBundle,
): Promise<MissingSecrets> {
  const known = 'blobs' in bundle ? (bundle.secrets ?? []) : [];
  const looks = await Promise.all(
    (bundle.config.secrets ?? []).map(async (outline) => ({
      outline,
      lacking: await findLacking(cluster, outline),
      secret: known.find((each) => isSame(each.outline, outline)),
    })),
  );
  return {
    absent: looks.flatMap(({ lacking, secret }) =>
      lacking === undefined && secret !== undefined ? [secret] : [],
    ),
    problems: looks.flatMap(({ outline, lacking, secret }) => {
      const name = formatIdentity(identifySecret(outline));
      if (lacking === undefined) return secret === undefined ? [tellAbsent(outline)] : [];
      if (lacking.length === 0) return [];
      return [`${name} lacks ${lacking.join(', ')}, and what is there is never changed`];
    }),
  };
}

function tellAbsent(outline: SecretOutline): string {
  const name = formatIdentity(identifySecret(outline));
  return `${name} (${outline.type}: ${outline.keys.join(', ')}) is not there, and no bundle holds its values`;
}

/** The keys that the Secret of the cluster has not; undefined when there is no such Secret. */
async function findLacking(
  cluster: Cluster,
  outline: SecretOutline,
): Promise<readonly string[] | undefined> {
  const object = await cluster.get(identifySecret(outline));
  if (object === undefined) return undefined;
  const there = new Set(isSecret(object) ? listKeys(object) : []);
  return outline.keys.filter((key) => !there.has(key));
}

function listKeys(object: Readonly<Record<string, unknown>>): readonly string[] {
  const { data } = object;
  return typeof data === 'object' && data !== null ? Object.keys(data) : [];
}

function isSame(a: SecretOutline, b: SecretOutline): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

/**
 * Proves that the Secrets of a bundle are there or can be created.
 *
 * @returns those that will be created, as an apply tells what it does
 * @throws SlipwayError `config-missing` with everything that a person must do first
 */
export async function checkSecrets(
  cluster: Cluster,
  bundle: Bundle | RenderedBundle,
): Promise<readonly AppliedObject[]> {
  return (await listCreatable(cluster, bundle)).map(describeCreated);
}

async function listCreatable(
  cluster: Cluster,
  bundle: Bundle | RenderedBundle,
): Promise<readonly SecretToCreate[]> {
  const { absent, problems } = await findMissingSecrets(cluster, bundle);
  if (problems.length === 0) return absent;
  throw new SlipwayError('config-missing', problems.join('; '), {
    fix: 'Create it in the namespace by hand, or deploy once where its manifest is, with secrets: create-once.',
  });
}

/**
 * Creates the Secrets of a bundle that are not there. What is there stays as it is.
 *
 * @throws SlipwayError `config-missing`; ClusterError, in words that hold nothing of the Secret
 */
export async function createSecrets(
  cluster: Cluster,
  bundle: Bundle | RenderedBundle,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<readonly AppliedObject[]> {
  const absent = await listCreatable(cluster, bundle);
  for (const secret of absent) {
    signal.throwIfAborted();
    await createOnce(cluster, secret);
    logger.info(`created: ${formatIdentity(identifySecret(secret.outline))}`);
  }
  return absent.map(describeCreated);
}

/** Somebody else may have made it in this moment: then it is there. */
async function createOnce(cluster: Cluster, secret: SecretToCreate): Promise<void> {
  try {
    await cluster.create(secret.reveal());
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    if (error.reason === 'AlreadyExists') return;
    const name = formatIdentity(identifySecret(secret.outline));
    // its own words may repeat what it was sent
    throw new SlipwayError(
      error.code,
      `${name} could not be created (${error.reason ?? error.code})`,
      {
        fix: 'See why with: kubectl create --dry-run=server, with the manifest of the Secret.',
      },
    );
  }
}

function describeCreated({ outline }: SecretToCreate): AppliedObject {
  return { identity: identifySecret(outline), change: 'created' };
}
