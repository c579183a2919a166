import { SlipwayError, describeError } from '@slipway/core/errors';
import { formatReference, parsePinnedReference } from '@slipway/core/image-ref';
import type { Attempt } from '@slipway/core/release';
import { applyObjects } from './apply.js';
import { pullBundle, type Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { makeLive, type MakeLiveResult } from './make-live.js';
import { withoutMigrations } from './workloads.js';
import type { Session } from './session.js';

export interface ReturnOptions {
  /** The attempt whose bundle is being left, and why. */
  readonly left: Attempt;
  readonly target: Attempt;
  readonly reason: string;
  readonly timeoutMs: number;
}

/**
 * Proves before anything is touched that a bundle can be made live again: it is in the registry, every image
 * of it is, no migration forbids the way back, and the cluster accepts its objects.
 *
 * @throws SlipwayError with every reason why it cannot
 */
export async function prepareReturn(
  context: DeploymentContext,
  { left, target }: Pick<ReturnOptions, 'left' | 'target'>,
  signal: AbortSignal,
): Promise<Bundle> {
  const { client, cluster, ledger, logger } = context;
  const [bundle, leaving] = await Promise.all([
    pullBundle(client, ledger.repository, target.bundle),
    pullBundle(client, ledger.repository, left.bundle),
  ]);
  const { migration } = leaving.config;
  const problems: string[] = [];
  if (migration === 'contract' || migration === 'irreversible') {
    problems.push(
      `${left.version} made a migration of class ${migration}, which ${target.version} cannot run behind`,
    );
  }
  for (const { reference } of bundle.config.images) {
    const image = parsePinnedReference(reference);
    if ((await client.resolve(image.repository, image.digest)) === undefined) {
      problems.push(`the image ${formatReference(image)} is no longer in the registry`);
    }
  }
  try {
    await applyObjects(cluster, withoutMigrations(bundle.objects), {
      conflicts: 'take',
      dryRun: true,
      logger,
      signal,
    });
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

/**
 * Makes an older bundle live, then records what was left as rolled back and quarantines it.
 * Configuration goes back with the image; migrations never run; fields that people changed are taken back.
 */
export async function returnTo(
  context: DeploymentContext,
  session: Session,
  bundle: Bundle,
  { left, reason, timeoutMs }: Omit<ReturnOptions, 'target'>,
): Promise<MakeLiveResult> {
  const result = await makeLive(context, session, {
    bundle,
    intent: 'rollback',
    conflicts: 'take',
    prune: true,
    timeoutMs,
    reason,
  });
  if (result.state === 'verified') {
    await session.recordAbout(left, 'rolled-back', { reason });
    await session.recordAbout(left, 'quarantined', { reason });
  }
  return result;
}
