import { join } from 'node:path';
import { SlipwayError, describeError } from '@slipway/core/errors';
import type { Digest } from '@slipway/core/image-ref';
import { formatIdentity, identify, type ObjectIdentity } from '@slipway/core/manifest';
import { readContainers, readWorkloads, type Finding, type Snapshot } from '@slipway/core/rollout';
import {
  findAttempt,
  liveAttempt,
  type AttemptEventContent,
  type Intent,
  type LedgerState,
} from '@slipway/core/release';
import { applyObjects, pruneObjects, type AppliedObject } from './apply.js';
import { isBeforeOwn } from './adoption.js';
import type { Bundle } from './bundle-artifact.js';
import { createSecrets } from './bundle-secrets.js';
import type { DeploymentContext } from './context.js';
import { collectEvidence, type Evidence } from './evidence.js';
import { primaryImage, pullOwnBundle } from './own-bundle.js';
import type { Session } from './session.js';
import { runSmokeTest } from './smoke-test.js';
import { takeOver } from './take-over.js';
import { watchRollout } from './watch.js';
import { listAwaited, withoutMigrations } from './workloads.js';

export interface MakeLiveRequest {
  readonly bundle: Bundle;
  readonly intent: Intent;
  /** Take fields that other field managers own, or fail and name them. */
  readonly conflicts: 'fail' | 'take';
  readonly prune: boolean;
  /** For the rollout, from the apply on. */
  readonly timeoutMs: number;
  readonly reason?: string;
  /** What it carries out, and who approved that. */
  readonly approved?: Pick<AttemptEventContent, 'plan' | 'approvals'>;
}

export type MakeLiveResult =
  | {
      readonly state: 'verified';
      readonly deployment: string;
      readonly applied: readonly AppliedObject[];
      /** What earlier bundles had and this one has not: deleted. */
      readonly pruned: readonly ObjectIdentity[];
    }
  | {
      readonly state: 'failed';
      readonly deployment: string;
      readonly failure: SlipwayError;
      /** A platform's fault is no reason to roll back: the old version could not be deployed either. */
      readonly fault: 'candidate' | 'platform';
      readonly evidence?: Evidence;
    };

/**
 * The one path that changes a cluster: record `started`, take over what others deployed, apply in phases, prune, watch, record `available`,
 * smoke-test, record `verified`. A failure is diagnosed, recorded and returned; nothing is rolled back here.
 *
 * @throws SlipwayError `interrupted` and `lock-lost`, after recording what can be recorded
 */
export async function makeLive(
  context: DeploymentContext,
  session: Session,
  request: MakeLiveRequest,
): Promise<MakeLiveResult> {
  const { bundle, intent, reason, approved = {} } = request;
  const deployment = session.nextDeployment();
  const image = primaryImage(bundle);
  await session.record({
    kind: 'started',
    deployment,
    intent,
    bundle: bundle.digest,
    image,
    version: bundle.config.version,
    ...(reason === undefined ? {} : { reason }),
    ...approved,
  });
  let problem: Problem | undefined;
  try {
    const rolledOut = await rollOut(context, session, request, deployment);
    if ('applied' in rolledOut) return { state: 'verified', deployment, ...rolledOut };
    problem = rolledOut;
  } catch (thrown) {
    problem = { failure: await recordInterruption(session, deployment, thrown), fault: 'platform' };
    const { code } = problem.failure;
    if (code === 'cluster-refused' || code === 'apply-conflict') {
      problem = { ...problem, fault: 'candidate' };
    }
  }
  const { code, message } = problem.failure;
  const attempt = findAttempt(session.state, deployment);
  if (attempt !== undefined)
    await session.recordAbout(attempt, 'failed', { cause: { code, message } });
  return { state: 'failed', deployment, ...problem };
}

type Verified = Extract<MakeLiveResult, { state: 'verified' }>;

interface Problem {
  readonly failure: SlipwayError;
  readonly fault: 'candidate' | 'platform';
  readonly evidence?: Evidence;
}

async function rollOut(
  context: DeploymentContext,
  session: Session,
  request: MakeLiveRequest,
  deployment: string,
): Promise<Pick<Verified, 'applied' | 'pruned'> | Problem> {
  const { cluster, clock, logger, namespace } = context;
  const { bundle, intent } = request;
  const objects = intent === 'rollback' ? withoutMigrations(bundle.objects) : bundle.objects;
  const inventory = request.prune ? await readInventory(context, session.state, request) : [];
  if (isBeforeOwn(session.state)) {
    const identities = [...bundle.objects.map(identify), ...inventory];
    await takeOver(cluster, identities, { logger, signal: session.signal });
  }
  const since = clock.now();
  const deadlineMs = clock.monotonicMs() + request.timeoutMs;
  const { signal } = session;
  const applied = await logger.group(`Apply ${bundle.config.version} to ${namespace}`, async () => {
    const created = await createSecrets(cluster, bundle, { logger, signal });
    const { conflicts } = request;
    const options = { conflicts, dryRun: false, logger, signal };
    return [...created, ...(await applyObjects(cluster, objects, options)).applied];
  });
  const rollout = await watchRollout(cluster, {
    workloads: listAwaited(objects, isChangedBy(applied)),
    since,
    deadlineMs,
    clock,
    logger,
    signal: session.signal,
  });
  if (rollout.state === 'failed') {
    const evidence = await collectEvidence(cluster, rollout, {
      title: `${bundle.config.service} ${bundle.config.version}`,
      folder: join(context.evidenceFolder, deployment),
      since,
    });
    return { failure: rollout.failure, fault: rollout.finding.fault, evidence };
  }
  const pruned = await pruneObjects(cluster, {
    inventory,
    keep: bundle.objects.map(identify),
    dryRun: false,
    logger,
    signal: session.signal,
  });
  await recordOutcome(session, deployment, 'available');
  await session.recordReplaced();
  const failure = await verify(context, session, bundle);
  if (failure !== undefined) {
    const { snapshot } = rollout;
    const finding = describeSilence(snapshot, failure);
    const title = `${bundle.config.service} ${bundle.config.version}`;
    const folder = join(context.evidenceFolder, deployment);
    const evidence =
      finding === undefined
        ? {}
        : {
            evidence: await collectEvidence(
              cluster,
              { finding, snapshot },
              { title, folder, since },
            ),
          };
    return { failure, fault: 'candidate', ...evidence };
  }
  await recordOutcome(session, deployment, 'verified');
  return { applied, pruned };
}

function isChangedBy(applied: readonly AppliedObject[]): (identity: ObjectIdentity) => boolean {
  const same = applied.filter(({ change }) => change === 'unchanged');
  const unchanged = new Set(same.map(({ identity }) => formatIdentity(identity)));
  return (identity) => !unchanged.has(formatIdentity(identity));
}

async function verify(
  { cluster, clock, logger, namespace }: DeploymentContext,
  session: Session,
  bundle: Bundle,
): Promise<SlipwayError | undefined> {
  const { smokeTest } = bundle.config.verification;
  if (smokeTest === undefined) return undefined;
  const { timeoutMs, ...request } = smokeTest;
  const result = await runSmokeTest(cluster, {
    ...request,
    namespace,
    deadlineMs: clock.monotonicMs() + timeoutMs,
    clock,
    logger,
    signal: session.signal,
  });
  if (result.state === 'passed') return undefined;
  return new SlipwayError('smoke-test-failed', result.sentence, {
    fix: 'The release runs but does not answer as it should: look at its log, or at the smoke test’s path.',
  });
}

/** A release that runs but does not answer as it should: its first container may have said why. */
function describeSilence(snapshot: Snapshot, failure: SlipwayError): Finding | undefined {
  const view = readWorkloads(snapshot).find(({ pods }) => pods.length > 0);
  const pod = view?.pods[0];
  if (view === undefined || pod === undefined) return undefined;
  const container = readContainers(pod).find(({ role }) => role === 'container');
  return {
    severity: 'terminal',
    fault: 'candidate',
    code: failure.code,
    object: view.identity,
    pod: pod.metadata.name,
    ...(container === undefined ? {} : { container: container.name, image: container.image }),
    reason: 'SmokeTestFailed',
    sentence: failure.message,
    fix: failure.fix ?? '',
  };
}

async function recordOutcome(
  session: Session,
  deployment: string,
  kind: 'available' | 'verified',
): Promise<void> {
  const attempt = findAttempt(session.state, deployment);
  if (attempt !== undefined) await session.recordAbout(attempt, kind);
}

/** A cancelled run says so in the ledger while it still can; a lost Lease forbids every further word. */
async function recordInterruption(
  session: Session,
  deployment: string,
  thrown: unknown,
): Promise<SlipwayError> {
  if (!(thrown instanceof SlipwayError)) throw thrown;
  if (thrown.code === 'interrupted') {
    const attempt = findAttempt(session.state, deployment);
    const { code, message } = thrown;
    if (attempt !== undefined) {
      await session.recordAbout(attempt, 'abandoned', { cause: { code, message } });
    }
    throw thrown;
  }
  if (thrown.code === 'lock-lost' || thrown.code === 'ledger-conflict') throw thrown;
  return thrown;
}

/** Every object of the live bundle and of what else was applied since: what may have to go. */
export async function readInventory(
  context: DeploymentContext,
  state: LedgerState,
  request: Pick<MakeLiveRequest, 'bundle' | 'intent'>,
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
  { intent }: Pick<MakeLiveRequest, 'intent'>,
  digest: Digest,
): Promise<Bundle | undefined> {
  try {
    return await pullOwnBundle(context, digest);
  } catch (error) {
    if (intent !== 'rollback' || !(error instanceof SlipwayError) || error.code !== 'not-found') {
      throw error;
    }
    context.logger.warning(`what only this bundle had cannot be deleted: ${describeError(error)}`);
    return undefined;
  }
}
