import type { Freeze } from '@slipway/core/config';
import { SlipwayError, invalidInput } from '@slipway/core/errors';
import { formatReference, formatRepository } from '@slipway/core/image-ref';
import { describeFreeze, findFreeze, type PromotionPlan } from '@slipway/core/policy';
import {
  findComparableVersion,
  liveAttempt,
  type Attempt,
  type LedgerState,
} from '@slipway/core/release';
import { computeLevel, tryParseVersion } from '@slipway/core/version';
import type { DeploymentPlace, RenderRequest } from '@slipway/flow/deployment';
import { assertOwnImage, resolveLedgerRepository } from '@slipway/flow/ledger';
import { assertLive } from '@slipway/flow/promotion';
import type { BundleInputs, Inputs, RenderInputs } from './inputs.js';

function isOlder(version: string, live: string): boolean {
  const [to, from] = [tryParseVersion(version), tryParseVersion(live)];
  if (to === undefined || from === undefined) return false;
  return computeLevel(from, to).direction === 'down';
}

/** Where it will be recorded: with the first of the images, where nothing else says. */
export function planPlace({ place, work }: Inputs): DeploymentPlace {
  if (work.kind !== 'render' || place.image !== undefined) return place;
  return { ...place, image: work.images[0].image.repository };
}

/**
 * What will be rendered.
 *
 * @throws SlipwayError `invalid-input` when the first image is not the service's own
 */
export function planRender(
  place: DeploymentPlace,
  work: RenderInputs,
  workspace: string,
): RenderRequest {
  const { service, environment, namespace } = place;
  const [first] = work.images;
  if (first.name === undefined) assertOwnImage(place, first.image, 'images');
  const { source, images, imagePaths, thirdPartyImages, secrets, soakMs, dependsOn } = work;
  const { version, level, commit, smokeTest } = work;
  return {
    service,
    environment,
    namespace,
    source,
    images: nameFirst(images, service),
    imagePaths,
    thirdPartyImages,
    secrets,
    soakMs,
    dependsOn,
    workspace,
    ...(version === undefined ? {} : { version }),
    ...(level === undefined ? {} : { level }),
    ...(commit === undefined ? {} : { commit }),
    ...(smokeTest === undefined ? {} : { smokeTest }),
  };
}

/** Manifests may call the first image by the service's name. */
function nameFirst(
  [first, ...rest]: RenderInputs['images'],
  service: string,
): RenderRequest['images'] {
  return [{ ...first, aliases: [service] }, ...rest];
}

/**
 * The bundle that is asked for must be the one that was planned, for this service and this place.
 *
 * @throws SlipwayError `invalid-input` with everything that differs
 */
export function assertPlanned(
  plan: PromotionPlan,
  place: DeploymentPlace,
  { bundle }: BundleInputs,
): void {
  const ledger = formatRepository(resolveLedgerRepository(place));
  const expected: Readonly<Record<string, string>> = {
    service: place.service,
    environment: place.environment,
    ledger,
    bundle: bundle.digest,
  };
  const planned = new Map<string, unknown>(Object.entries(plan));
  const problems = Object.entries(expected)
    .filter(([name, value]) => planned.get(name) !== value)
    .map(([name, value]) => ({
      subject: 'plan',
      given: `${name}: ${String(planned.get(name))}`,
      expected: `${name}: ${value}, as the inputs say`,
      fix: 'Pass the outputs bundle and plan of the same promote-to-prod on.',
    }));
  const where = formatRepository(bundle.repository);
  if (where !== ledger) {
    problems.push({
      subject: 'bundle',
      given: formatReference(bundle),
      expected: `a bundle in ${ledger}, where this service’s record is`,
      fix: 'Pass the output bundle of promote-to-prod on.',
    });
  }
  if (problems.length > 0) throw invalidInput(problems);
}

/** What a run adopted that then did not get further was there when it was planned: nothing went live since. */
function liveSince(plan: PromotionPlan, state: LedgerState): Attempt | undefined {
  const live = liveAttempt(state);
  return plan.live === undefined && live?.adoptedAt !== undefined ? undefined : live;
}

/**
 * Judged under the lock: nothing else went live since it was planned, and no freeze is in force. A bundle that
 * is live already may stay.
 *
 * @param now RFC 3339
 * @throws SlipwayError `plan-changed`, `policy-blocked`
 */
export function admitPlanned(
  plan: PromotionPlan,
  freezes: readonly Freeze[],
  state: LedgerState,
  now: string,
): void {
  const live = liveSince(plan, state);
  if (live?.bundle === plan.bundle) return;
  assertLive(plan.live?.bundle, live?.bundle);
  const before = findComparableVersion(state);
  if (before !== undefined && isOlder(plan.version, before)) {
    throw new SlipwayError(
      'policy-blocked',
      `${before} is live, and ${plan.version} is older: going back is what rollback is for`,
      { fix: 'Use rollback, which knows what was good and what was migrated in between.' },
    );
  }
  const freeze = findFreeze(freezes, now);
  if (freeze !== undefined) {
    throw new SlipwayError('policy-blocked', describeFreeze(freeze), {
      fix: 'Wait for its end, or change the freezes of the policy on the default branch.',
    });
  }
}
