import type { Digest } from '@slipway/core/image-ref';
import { formatIdentity, identify, type ObjectIdentity } from '@slipway/core/manifest';
import { liveAttempt, type Intent, type LedgerState } from '@slipway/core/release';
import type { Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { pullOwnBundle, tryPullOwnBundle } from './own-bundle.js';

/** What is made live, and why. */
export interface InventoryRequest {
  readonly bundle: Bundle;
  readonly intent: Intent;
}

/** Every object of the live bundle and of what else was applied since: what may have to go. */
export async function readInventory(
  context: DeploymentContext,
  state: LedgerState,
  request: InventoryRequest,
): Promise<readonly ObjectIdentity[]> {
  const { appliedForgotten = 0 } = state;
  if (appliedForgotten > 0) {
    context.logger.warning(
      `${appliedForgotten} bundles that were applied are too long ago to be remembered: what only they had is not deleted`,
    );
  }
  const live = liveAttempt(state)?.bundle;
  const digests = new Set([...(live === undefined ? [] : [live]), ...state.appliedSince]);
  const bundles = await Promise.all(
    [...digests]
      .filter((digest) => digest !== request.bundle.digest)
      .map((digest) => tryPullInventory(context, request, digest)),
  );
  const identities = bundles.flatMap((bundle) => bundle?.objects.map(identify) ?? []);
  context.logger.debug(`inventory: ${identities.map(formatIdentity).join(', ')}`);
  return identities;
}

/** Going back must not wait for the bundle of the release that is fled: without it less is deleted. */
async function tryPullInventory(
  context: DeploymentContext,
  { intent }: InventoryRequest,
  digest: Digest,
): Promise<Bundle | undefined> {
  if (intent !== 'rollback') return pullOwnBundle(context, digest);
  const bundle = await tryPullOwnBundle(context, digest);
  if (bundle === undefined) {
    context.logger.warning(
      `the bundle ${digest} is no longer in the registry: what only it had cannot be deleted`,
    );
  }
  return bundle;
}
