import { SlipwayError, invalidInput, type Problem } from '@slipway/core/errors';
import { formatRepository, type Digest } from '@slipway/core/image-ref';
import { findApplied, type LedgerState } from '@slipway/core/release';
import { pullBundle, type Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';

type Own = Pick<DeploymentContext, 'client' | 'ledger' | 'service' | 'namespace'>;

/**
 * Reads a bundle of this service's own ledger. A ledger of another service, or of another namespace, would
 * have us delete what belongs to somebody else.
 *
 * @throws SlipwayError `invalid-input` with everything that differs; `not-found`
 */
export async function pullOwnBundle(context: Own, digest: Digest): Promise<Bundle> {
  const { client, ledger, service, namespace } = context;
  const bundle = await pullBundle(client, ledger.repository, digest);
  const where = `${formatRepository(ledger.repository)}, environment ${ledger.environment}`;
  const problems = Object.entries({ service, namespace }).flatMap(([subject, given]): Problem[] => {
    const expected = bundle.config[subject];
    if (expected === given) return [];
    const whose = `${String(expected)}, whose record this ledger is (${where})`;
    return [{ subject, given, expected: whose, fix: fixes[subject] ?? '' }];
  });
  if (problems.length > 0) throw invalidInput(problems);
  return bundle;
}

/** The same; undefined when the registry does not have it any more. */
export async function tryPullOwnBundle(context: Own, digest: Digest): Promise<Bundle | undefined> {
  try {
    return await pullOwnBundle(context, digest);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'not-found') return undefined;
    throw error;
  }
}

const fixes: Readonly<Record<string, string>> = {
  service: 'Name the ledger of this service with the input ledger or image.',
  namespace: 'Another namespace is another environment: give it a name of its own.',
};

/** @throws SlipwayError `invalid-input` when the ledger is somebody else's */
export async function assertOwnLedger(context: Own, state: LedgerState): Promise<void> {
  const applied = findApplied(state);
  if (applied !== undefined) await pullOwnBundle(context, applied.bundle);
}

/** The image that stands for the service in the record: the bundle's first. */
export function primaryImage(bundle: Bundle): string {
  const [first] = bundle.config.images;
  if (first === undefined) {
    throw new SlipwayError('ledger-broken', `the bundle ${bundle.digest} names no image`);
  }
  return first.reference;
}
