import { SlipwayError } from '@slipway/core/errors';
import type { ObjectIdentity } from '@slipway/core/manifest';
import { findAttempt } from '@slipway/core/release';
import type { AppliedObject } from './apply-options.js';
import type { DeploymentContext } from './context.js';
import type { MakeLiveRequest } from './make-live-request.js';
import { isOverloaded } from './overloaded.js';
import { primaryImage } from './own-bundle.js';
import type { ReleaseProblem } from './release-problem.js';
import { rollOut } from './roll-out.js';
import type { Session } from './session.js';
import { verifyRelease } from './verify-release.js';
import { planSteps } from './workloads.js';

export type MakeLiveResult =
  | {
      readonly state: 'verified';
      readonly deployment: string;
      readonly applied: readonly AppliedObject[];
      /** What earlier bundles had and this one has not: deleted. */
      readonly pruned: readonly ObjectIdentity[];
    }
  | ({ readonly state: 'failed'; readonly deployment: string } & ReleaseProblem);

/**
 * The one path that changes a cluster: record `started`, take over what others deployed, apply in phases with the
 * migrations awaited before the workloads, watch, prune, record `available`, verify, record `verified`. A failure is
 * diagnosed, recorded and returned; nothing is rolled back here.
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
  let problem: ReleaseProblem;
  try {
    const result = await rollOutAndVerify(context, session, request, deployment);
    if ('applied' in result) return { state: 'verified', deployment, ...result };
    problem = result;
  } catch (thrown) {
    problem = { failure: await recordInterruption(session, deployment, thrown), fault: 'platform' };
    if (isOfCandidate(problem.failure)) problem = { ...problem, fault: 'candidate' };
  }
  const { code, message } = problem.failure;
  const attempt = findAttempt(session.state, deployment);
  if (attempt !== undefined)
    await session.recordAbout(attempt, 'failed', { cause: { code, message } });
  return { state: 'failed', deployment, ...problem };
}

/** What the API refuses says something of the release; that the API is overloaded does not. */
function isOfCandidate(failure: SlipwayError): boolean {
  const isRefusal = failure.code === 'cluster-refused' || failure.code === 'apply-conflict';
  return isRefusal && !isOverloaded(failure);
}

type Verified = Pick<Extract<MakeLiveResult, { state: 'verified' }>, 'applied' | 'pruned'>;

async function rollOutAndVerify(
  context: DeploymentContext,
  session: Session,
  request: MakeLiveRequest,
  deployment: string,
): Promise<Verified | ReleaseProblem> {
  const { clock } = context;
  const { bundle } = request;
  const steps = planSteps(bundle.objects, request);
  const release = { bundle, deployment, since: clock.now() };
  const deadlineMs = clock.monotonicMs() + request.timeoutMs;
  const rolledOut = await rollOut(context, session, request, { steps, release, deadlineMs });
  if ('failure' in rolledOut) return rolledOut;
  const { snapshot, applied, pruned } = rolledOut;
  await recordOutcome(session, deployment, 'available');
  await session.recordReplaced();
  const { signal } = session;
  const options = { steps, release, deadlineMs, snapshot };
  const problem = await verifyRelease({ ...context, signal }, options);
  if (problem !== undefined) return problem;
  await recordOutcome(session, deployment, 'verified');
  return { applied, pruned };
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
