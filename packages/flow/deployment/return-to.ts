import { SlipwayError, describeError } from '@slipway/core/errors';
import {
  formatReference,
  parsePinnedReference,
  type PinnedReference,
} from '@slipway/core/image-ref';
import type { Attempt } from '@slipway/core/release';
import { RegistryError } from '@slipway/io/registry';
import { applyObjects } from './apply.js';
import { pullBundle, type Bundle } from './bundle-artifact.js';
import { findMissingSecrets } from './bundle-secrets.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import { makeLive, type MakeLiveResult } from './make-live.js';
import { listStepObjects, planSteps } from './workloads.js';
import { pullOwnBundle } from './own-bundle.js';
import type { Session } from './session.js';

export interface Return {
  /** The attempt whose bundle is being left. */
  readonly left: Attempt;
  readonly target: Attempt;
  /** Newest first, as in the ledger's state. */
  readonly attempts: readonly Attempt[];
  /** A person has said why it may be done although it is not known what was migrated. */
  readonly isOverridden: boolean;
}

/**
 * Proves before anything is touched that a bundle can be made live again: it is in the registry, every image
 * of it is, the Secrets that it needs are there, no migration in between forbids the way back, and the cluster accepts its objects.
 *
 * @throws SlipwayError `nothing-to-return-to` with every reason why it cannot
 */
export async function prepareReturn(
  context: DeploymentContext,
  way: Return,
  signal: AbortSignal,
): Promise<Bundle> {
  const { cluster, clock, logger } = context;
  const { target } = way;
  const bundle = await pullOwnBundle(context, target.bundle);
  const problems = [...(await findMigrations(context, way))];
  for (const { reference } of bundle.config.images) {
    if (await isGone(context, parsePinnedReference(reference))) {
      problems.push(`the image ${reference} is no longer in the registry`);
    }
  }
  problems.push(...(await findMissingSecrets(cluster, bundle)).problems);
  try {
    const options = {
      fieldManager: fieldManagerOf(context.service),
      conflicts: 'take',
      dryRun: true,
      ...{ clock, logger, signal },
    } as const;
    const steps = planSteps(bundle.objects, { intent: 'rollback', migrations: 'skip' });
    await applyObjects(cluster, listStepObjects(steps), options);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'cluster-refused') throw error;
    problems.push(`the cluster would not accept it: ${describeError(error)}`);
  }
  if (problems.length > 0) {
    throw new SlipwayError(
      'nothing-to-return-to',
      `${target.version} cannot be made live again: ${problems.join('; ')}`,
      { fix: 'Roll forward with a mended version, or name another one with the input to.' },
    );
  }
  return bundle;
}

/** An image that only the cluster may pull, as one that was adopted may be, is no reason to stay with what is bad. */
async function isGone(
  { client, logger }: DeploymentContext,
  { repository, digest }: PinnedReference,
): Promise<boolean> {
  try {
    return (await client.resolve(repository, digest)) === undefined;
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'registry-denied') throw error;
    const image = formatReference({ repository, digest });
    logger.warning(`whether ${image} is still there, the registry does not tell: ${error.message}`);
    return false;
  }
}

/** What was deployed since the target was new, and changed data in a way that it cannot run behind. */
async function findMigrations(
  { client, ledger }: DeploymentContext,
  { left, target, attempts, isOverridden }: Return,
): Promise<readonly string[]> {
  const first = attempts.findLastIndex(({ bundle }) => bundle === target.bundle);
  const since = [left, ...attempts.slice(0, Math.max(first, 0))].filter(
    ({ intent, bundle }) => intent !== 'rollback' && bundle !== target.bundle,
  );
  const versions = new Map(since.map(({ bundle, version }) => [bundle, version]));
  const found = await Promise.all(
    [...versions].map(async ([digest, version]) => {
      try {
        const { migration } = (await pullBundle(client, ledger.repository, digest)).config;
        if (migration !== 'contract' && migration !== 'irreversible') return undefined;
        return `${version} made a migration of class ${migration}, which ${target.version} cannot run behind`;
      } catch (error) {
        if (!(error instanceof SlipwayError) || error.code !== 'not-found') throw error;
        if (isOverridden) return undefined;
        return `the bundle of ${version} is no longer in the registry, so that nobody knows what it migrated (override-reason lets it pass)`;
      }
    }),
  );
  return found.filter((problem) => problem !== undefined);
}

/**
 * Quarantines what is left, makes an older bundle live, then records what was left as rolled back.
 * Configuration goes back with the image; migrations never run; fields that people changed are taken back.
 */
export async function returnTo(
  context: DeploymentContext,
  session: Session,
  bundle: Bundle,
  { left, reason, timeoutMs }: { left: Attempt; reason: string; timeoutMs: number },
): Promise<MakeLiveResult> {
  await session.recordAbout(left, 'quarantined', { reason });
  const result = await makeLive(context, session, {
    bundle,
    intent: 'rollback',
    conflicts: 'take',
    migrations: 'skip',
    ran: new Set(),
    prune: true,
    timeoutMs,
    reason,
  });
  if (result.state === 'verified') await session.recordAbout(left, 'rolled-back', { reason });
  return result;
}
