import { SlipwayError, describeError } from '@slipway/core/errors';
import { identify, type ObjectIdentity } from '@slipway/core/manifest';
import {
  chooseReturn,
  findAttempt,
  isQuarantined,
  liveAttempt,
  type Attempt,
  type LedgerState,
} from '@slipway/core/release';
import { applyObjects, pruneObjects, type AppliedObject } from './apply.js';
import { pushBundle, type Bundle, type RenderedBundle } from './bundle-artifact.js';
import { checkSecrets } from './bundle-secrets.js';
import type { DeploymentContext } from './context.js';
import { makeLive, primaryImage, readInventory, type MakeLiveResult } from './make-live.js';
import { tellFailure, type DeploymentOutcome, type UntimedOutcome } from './outcome.js';
import { assertOwnLedger } from './own-bundle.js';
import { prepareReturn, returnTo } from './return-to.js';
import { openSession, type Session } from './session.js';
import { soak } from './soak.js';
import { listWorkloads, withoutMigrations } from './workloads.js';

export interface DeployRequest {
  /** Just rendered, or one that the ledger's repository holds already. */
  readonly bundle: Bundle | RenderedBundle;
  /** `redeploy`: what was good elsewhere is made live here. */
  readonly intent: 'deploy' | 'redeploy';
  /** Judges under the lock whether it may go, whatever was judged before; throws when it may not. */
  readonly admit?: (state: LedgerState) => void;
  readonly onFailure: 'rollback' | 'stop';
  readonly conflicts: 'fail' | 'take';
  readonly prune: boolean;
  readonly timeoutMs: number;
  /** Deploy what is quarantined, and why. */
  readonly overrideReason?: string;
}

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
    const outcome = await deployUnderLock(context, session, request);
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
  const { signal, cluster, logger } = context;
  const { state } = await context.ledger.read();
  await assertOwnLedger(context, state);
  refuseQuarantined(state, request);
  request.admit?.(state);
  const applied = await preflight(context, request, signal);
  const { bundle } = request;
  const inventory = request.prune
    ? await readInventory(context, state, { bundle, intent: request.intent })
    : [];
  const keep = bundle.objects.map(identify);
  const options = { inventory, keep, dryRun: true, logger, signal };
  const pruned = await pruneObjects(cluster, options);
  return {
    ...describe(state, request),
    status: isLive(state, request) && applied.every(isUnchanged) ? 'unchanged' : 'succeeded',
    applied,
    pruned,
    isKnownGood: false,
    durationMs: context.clock.monotonicMs() - started,
  };
}

type Told = Pick<UntimedOutcome, 'bundle' | 'version' | 'previousVersion'>;

async function deployUnderLock(
  context: DeploymentContext,
  session: Session,
  request: DeployRequest,
): Promise<UntimedOutcome> {
  const { bundle } = request;
  await assertOwnLedger(context, session.state);
  refuseQuarantined(session.state, request);
  request.admit?.(session.state);
  const planned = await preflight(context, request, session.signal);
  const told = describe(session.state, request);
  const wasLive = session.state.live;
  if (wasLive !== undefined && isLive(session.state, request) && planned.every(isUnchanged)) {
    context.logger.info(`unchanged, already at ${bundle.config.version} (${bundle.digest})`);
    const changes = { deployment: wasLive, applied: planned, pruned: [] };
    const verified = { ...told, ...changes, status: 'unchanged' } as const;
    return tellFailure(context, verified, () => settleLive(context, session, request, verified));
  }
  if ('blobs' in bundle) await pushBundle(context.client, context.ledger.repository, bundle);
  return tellFailure(context, { ...told, deployment: session.nextDeployment() }, async () => {
    const result = await makeLive(context, session, {
      bundle,
      intent: request.intent,
      conflicts: request.conflicts,
      prune: request.prune,
      timeoutMs: request.timeoutMs,
      ...(request.overrideReason === undefined ? {} : { reason: request.overrideReason }),
    });
    if (result.state === 'failed') {
      return recover(context, session, request, { ...told, result, wasLive });
    }
    const { deployment, applied, pruned } = result;
    const changes = { deployment, applied, pruned };
    const verified = { ...told, ...changes, status: 'succeeded', wasLive } as const;
    return settleLive(context, session, request, verified);
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
async function settleLive(
  context: DeploymentContext,
  session: Session,
  request: DeployRequest,
  { wasLive, ...verified }: Verified,
): Promise<UntimedOutcome> {
  const { deployment } = verified;
  const attempt = findAttempt(session.state, deployment);
  const failure =
    attempt?.outcome === 'verified'
      ? await settle(context, session, request.bundle, attempt)
      : undefined;
  if (failure !== undefined) {
    if (verified.status === 'unchanged') return shout(context, session, verified, failure);
    const result = { state: 'failed', deployment, failure, fault: 'candidate' } as const;
    return recover(context, session, request, { ...verified, result, wasLive });
  }
  return { ...verified, isKnownGood: true };
}

/**
 * A release that an earlier run made live does not stay up: it is quarantined and told, but who knows what
 * has come to depend on it; going back is a person's decision.
 */
async function shout(
  { logger }: DeploymentContext,
  session: Session,
  verified: Omit<Verified, 'wasLive'>,
  failure: SlipwayError,
): Promise<UntimedOutcome> {
  const attempt = findAttempt(session.state, verified.deployment);
  if (attempt !== undefined) {
    await session.recordAbout(attempt, 'quarantined', { reason: failure.code });
  }
  const explanation = 'it was live before this run: not rolled back by itself, use rollback';
  logger.warning(explanation);
  const quarantined = verified.version;
  return { ...verified, status: 'failed', isKnownGood: false, failure, explanation, quarantined };
}

/**
 * Judges the soak window under the Lease. The Lease is kept while it is awaited: it is short, and nothing
 * can replace the release in the middle.
 */
async function settle(
  { cluster, clock, logger }: DeploymentContext,
  session: Session,
  bundle: Bundle,
  attempt: Attempt,
): Promise<SlipwayError | undefined> {
  const { soakMs } = bundle.config.verification;
  const workloads = listWorkloads(withoutMigrations(bundle.objects));
  const { signal } = session;
  const failure =
    soakMs === 0 ? undefined : await soak(cluster, { workloads, soakMs, clock, logger, signal });
  if (failure === undefined) {
    await session.recordAbout(attempt, 'known-good');
    return undefined;
  }
  const { code, message } = failure;
  await session.recordAbout(attempt, 'failed', { cause: { code, message } });
  return failure;
}

interface Failed extends Told {
  readonly result: Extract<MakeLiveResult, { state: 'failed' }>;
  readonly wasLive: string | undefined;
}

/** After a failure: back to what was good, if the candidate is to blame and there is somewhere to go. */
async function recover(
  context: DeploymentContext,
  session: Session,
  request: DeployRequest,
  { result, wasLive, ...told }: Failed,
): Promise<UntimedOutcome> {
  const { logger, clock } = context;
  const { deployment, failure, evidence } = result;
  const failed = {
    ...told,
    deployment,
    failure,
    applied: [],
    pruned: [],
    isKnownGood: false,
    ...(evidence === undefined ? {} : { evidence }),
  };
  for (const line of evidence?.screen.split('\n') ?? []) logger.info(line);
  const left = findAttempt(session.state, deployment);
  if (left === undefined) return { ...failed, status: 'failed' };
  const stay = (explanation: string): UntimedOutcome => {
    logger.warning(`not rolled back: ${explanation}`);
    return { ...failed, status: 'failed', explanation };
  };
  if (request.onFailure === 'stop') return stay('the input on-failure says stop');
  if (result.fault === 'platform') return stay('the fault is the platform’s, not the release’s');
  const choice = chooseReturn(session.state, {
    leaving: left.bundle,
    to: 'last-known-good',
    override: false,
    now: clock.now().toISOString(),
    ...(wasLive === undefined ? {} : { wasLive }),
  });
  if (choice.state === 'none') {
    return stay(`there is nothing to return to: ${choice.explanation}`);
  }
  const { attempt: target, explanation } = choice;
  logger.info(`Rolling back: ${explanation}`);
  const bundle = await tryPrepareReturn(context, session, { left, target });
  if (bundle instanceof SlipwayError) return stay(describeError(bundle));
  const { timeoutMs } = request;
  const back = await returnTo(context, session, bundle, { left, timeoutMs, reason: failure.code });
  if (back.state === 'failed') {
    const fix = `${told.version} failed with ${failure.code}, and going back to ${target.version} failed as well: look at the cluster now.`;
    const double = new SlipwayError('rollback-failed', back.failure.message, {
      cause: failure,
      fix,
    });
    for (const line of back.evidence?.screen.split('\n') ?? []) logger.info(line);
    const last = back.evidence === undefined ? {} : { evidence: back.evidence };
    const quarantined = told.version;
    return { ...failed, ...last, failure: double, status: 'failed', explanation, quarantined };
  }
  const rolledBackTo = { version: target.version, bundle: target.bundle };
  const quarantined = told.version;
  return { ...failed, status: 'rolled-back', explanation, rolledBackTo, quarantined };
}

/** What closes the way back does not hide why the release failed. */
async function tryPrepareReturn(
  context: DeploymentContext,
  session: Session,
  way: { readonly left: Attempt; readonly target: Attempt },
): Promise<Bundle | SlipwayError> {
  try {
    const { attempts } = session.state;
    return await prepareReturn(context, { ...way, attempts, isOverridden: false }, session.signal);
  } catch (error) {
    session.signal.throwIfAborted();
    if (error instanceof SlipwayError) return error;
    throw error;
  }
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

/** The server’s own dry run of everything, before anything is recorded or written. */
async function preflight(
  { cluster, logger }: DeploymentContext,
  { bundle, conflicts }: DeployRequest,
  signal: AbortSignal,
): Promise<readonly AppliedObject[]> {
  return logger.group('Ask the API server about everything (dry run)', async () => {
    const created = await checkSecrets(cluster, bundle);
    const options = { conflicts, dryRun: true, logger, signal };
    return [...created, ...(await applyObjects(cluster, bundle.objects, options)).applied];
  });
}

function isLive(state: LedgerState, { bundle }: DeployRequest): boolean {
  const live = liveAttempt(state);
  const isWhole = live?.outcome === 'verified' || live?.outcome === 'known-good';
  return live?.bundle === bundle.digest && isWhole && state.appliedSince.length === 0;
}

function isUnchanged({ change }: AppliedObject): boolean {
  return change === 'unchanged';
}

function describe(state: LedgerState, { bundle }: DeployRequest): Told {
  const previous = liveAttempt(state);
  return {
    bundle: bundle.digest,
    version: bundle.config.version,
    ...(previous === undefined ? {} : { previousVersion: previous.version }),
  };
}
