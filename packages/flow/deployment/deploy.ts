import { SlipwayError } from '@slipway/core/errors';
import { identify, type ObjectIdentity } from '@slipway/core/manifest';
import { findAttempt, isQuarantined, liveAttempt, type LedgerState } from '@slipway/core/release';
import { recordAdoption, type Adoption } from './adoption.js';
import type { AppliedObject } from './apply-options.js';
import { pushBundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { fieldManagerOf } from './field-manager.js';
import type { DeployRequest } from './deploy-request.js';
import { refuseHeld } from './hold.js';
import { readInventory } from './inventory.js';
import { deployersOf, lookAhead, tellerOf } from './look-ahead.js';
import { makeLive } from './make-live.js';
import { tellFailure, type DeploymentOutcome, type Told, type UntimedOutcome } from './outcome.js';
import { assertOwnLedger, primaryImage } from './own-bundle.js';
import { pruneObjects } from './prune.js';
import { recover } from './recover.js';
import type { ReleaseProblem } from './release-problem.js';
import { openSession, type Session } from './session.js';
import { settleLive, settlePrevious } from './settle.js';

/**
 * Makes a bundle live and settles it: known good, or back to what was good before.
 * Nothing is written where it is live already.
 *
 * @throws SlipwayError where nothing was changed: `quarantined`, `lock-held`, `apply-conflict`, …
 */
export async function deploy(
  context: DeploymentContext,
  request: DeployRequest,
): Promise<DeploymentOutcome> {
  const { clock } = context;
  const started = clock.monotonicMs();
  const session = await openSession(context);
  try {
    const outcome = await deployUnderLock(session.context, session, request);
    return { ...outcome, durationMs: clock.monotonicMs() - started };
  } finally {
    await session.close();
  }
}

/**
 * What a deployment would do, found out on the same path without writing anything.
 *
 * @throws SlipwayError what the deployment would throw
 */
export async function planDeploy(
  context: DeploymentContext,
  request: DeployRequest,
): Promise<DeploymentOutcome> {
  const started = context.clock.monotonicMs();
  const { signal, cluster, clock, logger } = context;
  const { state } = await context.ledger.read();
  await assertOwnLedger(context, state);
  admit(state, request);
  const { bundle } = request;
  const ahead = { state, signal, isDryRun: true };
  const { adoption, planned: applied } = await lookAhead(context, request, ahead);
  const adopted = adoption?.bundle?.objects.map(identify) ?? [];
  const inventory = request.prune
    ? [...adopted, ...(await readInventory(context, state, { bundle, intent: request.intent }))]
    : [];
  const keep = bundle.objects.map(identify);
  const fieldManager = fieldManagerOf(context.service);
  const dry = { fieldManager, dryRun: true, clock, logger, signal } as const;
  const options = { inventory, keep, ...dry, ...deployersOf(adoption), ...tellerOf(request) };
  const pruned = await pruneObjects(cluster, options);
  return {
    ...describe(state, request, adoption),
    status: isLive(state, request) && applied.every(isUnchanged) ? 'unchanged' : 'succeeded',
    applied,
    pruned,
    isKnownGood: false,
    durationMs: context.clock.monotonicMs() - started,
  };
}

async function deployUnderLock(
  context: DeploymentContext,
  session: Session,
  request: DeployRequest,
): Promise<UntimedOutcome> {
  const { bundle } = request;
  await assertOwnLedger(context, session.state);
  await session.recordReturned();
  admit(session.state, request);
  const { state, signal } = session;
  const ahead = { state, signal, isDryRun: false };
  const { adoption, ran, planned } = await lookAhead(context, request, ahead);
  const told = describe(session.state, request, adoption);
  const { live } = session.state;
  if (live !== undefined && isLive(session.state, request) && planned.every(isUnchanged)) {
    context.logger.info(`unchanged, already at ${bundle.config.version} (${bundle.digest})`);
    const changes = { deployment: live, applied: planned, pruned: [] };
    const verified = { ...told, ...changes, status: 'unchanged' } as const;
    return tellFailure(context, verified, () => finish(context, session, request, verified));
  }
  if ('blobs' in bundle) await pushBundle(context.client, context.ledger.repository, bundle);
  await settlePrevious(context, session);
  if (adoption !== undefined) await recordAdoption(context, session, adoption);
  const wasLive = session.state.live;
  return tellFailure(context, { ...told, deployment: session.nextDeployment() }, async () => {
    const result = await makeLive(context, session, {
      bundle,
      intent: request.intent,
      conflicts: request.conflicts,
      migrations: request.migrations ?? 'run',
      ran,
      prune: request.prune,
      timeoutMs: request.timeoutMs,
      ...(request.approved === undefined ? {} : { approved: request.approved }),
      ...tellerOf(request),
      ...(request.overrideReason === undefined ? {} : { reason: request.overrideReason }),
    });
    if (result.state === 'failed') {
      return recover(context, session, request, { ...told, result, wasLive });
    }
    const { deployment, applied, pruned } = result;
    const changes = { deployment, applied, pruned };
    const verified = { ...told, ...changes, status: 'succeeded', wasLive } as const;
    return finish(context, session, request, verified);
  });
}

interface Verified extends Told {
  readonly status: 'succeeded' | 'unchanged';
  readonly deployment: string;
  readonly applied: readonly AppliedObject[];
  readonly pruned: readonly ObjectIdentity[];
  /** What was live before this run made the release live; absent when it was live already. */
  readonly wasLive?: string | undefined;
}

/** From verified to known good, also for a release that an earlier run did not stay to judge. */
async function finish(
  context: DeploymentContext,
  session: Session,
  request: DeployRequest,
  { wasLive, ...verified }: Verified,
): Promise<UntimedOutcome> {
  const { deployment, status } = verified;
  const attempt = findAttempt(session.state, deployment);
  if (attempt === undefined) return { ...verified, isKnownGood: false };
  const settled = await settleLive(
    context,
    session,
    request.bundle,
    attempt,
    status !== 'unchanged',
  );
  if (settled.state === 'known-good') return { ...verified, isKnownGood: true };
  if (settled.state === 'open') {
    return { ...verified, isKnownGood: false, explanation: settled.explanation };
  }
  const { state, ...problem } = settled;
  if (status === 'unchanged') return shout(context, session, { ...verified, ...problem });
  const result = { state, deployment, ...problem, fault: 'candidate' } as const;
  return recover(context, session, request, { ...verified, result, wasLive });
}

/**
 * A release that an earlier run made live does not stay up: it is quarantined and told, but who knows what
 * has come to depend on it; going back is a person's decision.
 */
async function shout(
  { logger }: DeploymentContext,
  session: Session,
  verified: Omit<Verified, 'wasLive'> & Pick<ReleaseProblem, 'failure' | 'evidence'>,
): Promise<UntimedOutcome> {
  const attempt = findAttempt(session.state, verified.deployment);
  if (attempt !== undefined) {
    await session.recordAbout(attempt, 'quarantined', { reason: verified.failure.code });
  }
  const explanation = 'it was live before this run: not rolled back by itself, use rollback';
  logger.warning(explanation);
  const quarantined = verified.version;
  return { ...verified, status: 'failed', isKnownGood: false, explanation, quarantined };
}

/** Whether a deployment may go: what is held back by a person, quarantined, or not as it was planned, may not. */
function admit(state: LedgerState, request: DeployRequest): void {
  if (request.intent === 'deploy') refuseHeld(state);
  refuseQuarantined(state, request);
  request.admit?.(state);
}

function refuseQuarantined(state: LedgerState, { bundle, overrideReason }: DeployRequest): void {
  const entry = isQuarantined(state, bundle.digest, primaryImage(bundle));
  if (entry === undefined || overrideReason !== undefined) return;
  throw new SlipwayError(
    'quarantined',
    `${bundle.config.version} is quarantined since ${entry.at}: ${entry.reason}`,
    { fix: 'Deploy a mended version, or say why this one may go with the input override-reason.' },
  );
}

function isLive(state: LedgerState, { bundle }: DeployRequest): boolean {
  const live = liveAttempt(state);
  const isWhole = live?.outcome === 'verified' || live?.outcome === 'known-good';
  return live?.bundle === bundle.digest && isWhole && state.appliedSince.length === 0;
}

function isUnchanged({ change }: AppliedObject): boolean {
  return change === 'unchanged';
}

function describe(
  state: LedgerState,
  { bundle }: DeployRequest,
  adopted: Adoption | undefined,
): Told {
  const previousVersion = liveAttempt(state)?.version ?? adopted?.bundle?.config.version;
  return {
    bundle: bundle.digest,
    version: bundle.config.version,
    ...(previousVersion === undefined ? {} : { previousVersion }),
    ...(adopted === undefined ? {} : { adopted }),
  };
}
