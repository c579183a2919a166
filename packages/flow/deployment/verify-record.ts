import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatIdentity } from '@slipway/core/manifest';
import { liveAttempt, type Attempt } from '@slipway/core/release';
import { verifyLedger } from '../ledger/index.js';
import { fetchAcknowledged } from '../lock/index.js';
import { applyObjects } from './apply.js';
import { findMissingSecrets } from './bundle-secrets.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import { pullOwnBundle } from './own-bundle.js';
import { withoutJobs } from './workloads.js';

export interface RecordVerdict {
  /** How many events the chain has; where it breaks, how many come before. */
  readonly events: number;
  readonly live?: Attempt;
  /** What is wrong, a sentence each; none: the record is proven, and what is live is what runs. */
  readonly problems: readonly string[];
}

/**
 * Proves a service's record in an environment: the chain from its first event to the last that the Lease
 * acknowledged, the live bundle in the registry, and that applying it now would change nothing in the cluster.
 */
export async function verifyRecord(
  context: Omit<DeploymentContext, 'run' | 'evidenceFolder'>,
): Promise<RecordVerdict> {
  const { client, clock, cluster, ledger, namespace, service } = context;
  const { repository, environment } = ledger;
  const acknowledged = await fetchAcknowledged(cluster, service, namespace);
  const verdict = await verifyLedger({ client, clock, repository, environment, acknowledged });
  if (!verdict.isWhole) {
    const { kind, length, tag, sentence } = verdict;
    return { events: length, problems: [`the ledger breaks at ${tag} (${kind}): ${sentence}`] };
  }
  const { length: events, state } = verdict;
  const live = liveAttempt(state);
  if (live === undefined) return { events, problems: [] };
  // what is adopted was never applied: its bundle has digests where the cluster may still have tags
  const problems = live.adoptedAt === undefined ? await findDrift(context, live) : [];
  return { events, live, problems };
}

async function findDrift(
  context: Omit<DeploymentContext, 'run' | 'evidenceFolder'>,
  live: Attempt,
): Promise<readonly string[]> {
  const { service, cluster, clock, logger, signal } = context;
  const fieldManager = fieldManagerOf(service);
  try {
    const bundle = await pullOwnBundle(context, live.bundle);
    const { applied } = await applyObjects(cluster, withoutJobs(bundle.objects), {
      ...{ fieldManager, conflicts: 'take', dryRun: true, clock, logger, signal },
    });
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
