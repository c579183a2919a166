import { SlipwayError, describeError } from '@slipway/core/errors';
import { parseTag } from '@slipway/core/image-ref';
import { formatIdentity } from '@slipway/core/manifest';
import { checkChain, liveAttempt, type Attempt } from '@slipway/core/release';
import { readChain } from '../ledger/index.js';
import { applyObjects } from './apply.js';
import { findMissingSecrets } from './bundle-secrets.js';
import type { DeploymentContext } from './context.js';
import { pullOwnBundle } from './own-bundle.js';
import { withoutMigrations } from './workloads.js';

export interface RecordVerdict {
  /** How many events the chain has. */
  readonly events: number;
  readonly live?: Attempt;
  /** What is wrong, a sentence each; none: the record is proven, and what is live is what runs. */
  readonly problems: readonly string[];
}

/**
 * Proves a service's record in an environment: the chain from its first event to its head, the live bundle in
 * the registry, and that applying it now would change nothing in the cluster.
 */
export async function verifyRecord(
  context: Omit<DeploymentContext, 'run' | 'evidenceFolder'>,
): Promise<RecordVerdict> {
  const { client, ledger } = context;
  const links = await readChain(client, ledger.repository, ledger.environment);
  const verdict = checkChain(ledger.environment, links);
  if (!verdict.isWhole) {
    return {
      events: links.length,
      problems: [`the ledger breaks at ${verdict.tag}: ${verdict.sentence}`],
    };
  }
  const head = await client.resolve(ledger.repository, parseTag(ledger.environment));
  const last = links.at(-1);
  const problems =
    head?.digest === last?.digest
      ? []
      : [
          `the head of the ledger is ${head?.digest ?? 'missing'}, but its last event is ${last?.digest ?? 'none'}`,
        ];
  const live = liveAttempt(verdict.state);
  if (live === undefined) return { events: links.length, problems };
  return {
    events: links.length,
    live,
    problems: [...problems, ...(await findDrift(context, live))],
  };
}

async function findDrift(
  context: Omit<DeploymentContext, 'run' | 'evidenceFolder'>,
  live: Attempt,
): Promise<readonly string[]> {
  const { cluster, logger, signal } = context;
  try {
    const bundle = await pullOwnBundle(context, live.bundle);
    const options = { conflicts: 'take', dryRun: true, logger, signal } as const;
    const { applied } = await applyObjects(cluster, withoutMigrations(bundle.objects), options);
    const changed = applied
      .filter(({ change }) => change !== 'unchanged')
      .map(
        ({ identity }) => `${formatIdentity(identity)} is not as the bundle ${live.version} has it`,
      );
    return [...(await findMissingSecrets(cluster, bundle)).problems, ...changed];
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'invalid-input') throw error;
    return [describeError(error)];
  }
}
