import { formatDuration } from '@slipway/core/duration';
import { SlipwayError, describeError } from '@slipway/core/errors';
import { liveAttempt, type Attempt, type LedgerState } from '@slipway/core/release';
import type { Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import { describeSilence } from './describe-silence.js';
import type { Evidence } from './evidence.js';
import { fetchSnapshot } from './fetch-snapshot.js';
import { judgeSoak, type SoakVerdict } from './judge-soak.js';
import { moveTags } from './move-tags.js';
import type { DeploymentOutcome, UntimedOutcome } from './outcome.js';
import { pullOwnBundle } from './own-bundle.js';
import { describeProblem } from './release-problem.js';
import { openSession, type Session } from './session.js';
import { soak } from './soak.js';
import { listWorkloads, withoutJobs } from './workloads.js';

/** A soak of up to this is awaited by the step that deploys; a longer one is judged by a later run. */
const awaitedSoakMs = 120_000;

/**
 * Judges, after its soak, whether the release that is live is known good. A release that did not hold is
 * recorded and quarantined, but not rolled back: who knows what has come to depend on it.
 *
 * @throws SlipwayError `not-found` when nothing is live; `lock-held`, …
 */
export async function settle(context: DeploymentContext): Promise<DeploymentOutcome> {
  const started = context.clock.monotonicMs();
  const timed = (outcome: UntimedOutcome): DeploymentOutcome => ({
    ...outcome,
    durationMs: context.clock.monotonicMs() - started,
  });
  const { state } = await context.ledger.read();
  if (state.inProgress === undefined && !isUnsettled(state, findLive(context, state))) {
    return timed(describeSettled(state, findLive(context, state)));
  }
  const session = await openSession(context);
  try {
    const live = findLive(context, session.state);
    if (!isUnsettled(session.state, live)) return timed(describeSettled(session.state, live));
    const held = { ...session.context, signal: session.signal };
    const bundle = await pullOwnBundle(held, live.bundle);
    await session.recordReturned();
    const verdict = await judgeSoak(held, bundle, live);
    await recordVerdict(held, session, live, verdict);
    return timed(describeVerdict(context, live, verdict));
  } finally {
    await session.close();
  }
}

/**
 * What settling would find, without the Lease and without writing anything.
 *
 * @throws SlipwayError what settling would throw
 */
export async function planSettle(context: DeploymentContext): Promise<DeploymentOutcome> {
  const started = context.clock.monotonicMs();
  const { state } = await context.ledger.read();
  const live = findLive(context, state);
  const outcome = isUnsettled(state, live)
    ? describeVerdict(
        context,
        live,
        await judgeSoak(context, await pullOwnBundle(context, live.bundle), live),
      )
    : describeSettled(state, live);
  return { ...outcome, durationMs: context.clock.monotonicMs() - started };
}

/**
 * Before something else takes its place: a release whose soak is over is settled, and one that did not hold is
 * never taken for good. What cannot be judged does not stop the deployment.
 */
export async function settlePrevious(context: DeploymentContext, session: Session): Promise<void> {
  const live = liveAttempt(session.state);
  if (live === undefined || !isUnsettled(session.state, live)) return;
  try {
    const bundle = await pullOwnBundle(context, live.bundle);
    const verdict = await judgeSoak({ ...context, signal: session.signal }, bundle, live);
    await recordVerdict(context, session, live, verdict);
    describeVerdict(context, live, verdict);
  } catch (error) {
    session.signal.throwIfAborted();
    const isRecord = error instanceof SlipwayError && recordCodes.includes(error.code);
    if (isRecord || !(error instanceof SlipwayError)) throw error;
    context.logger.warning(`${live.version} could not be settled: ${describeError(error)}`);
  }
}

const recordCodes: readonly string[] = ['invalid-input', 'lock-lost', 'ledger-conflict'];

/** What became of a release that this run has made live, or found live. */
export type Settled =
  | { readonly state: 'known-good' }
  | { readonly state: 'open'; readonly explanation: string }
  | { readonly state: 'failed'; readonly failure: SlipwayError; readonly evidence?: Evidence };

/**
 * Settles the release that is live, as far as this run waits for it. The Lease is kept meanwhile: a soak that is
 * awaited is short, and nothing can replace the release in the middle.
 */
export async function settleLive(
  context: DeploymentContext,
  session: Session,
  bundle: Bundle,
  attempt: Attempt,
  isNew: boolean,
): Promise<Settled> {
  if (!isUnsettled(session.state, attempt)) return { state: 'known-good' };
  const { cluster, clock, logger } = context;
  const { soakMs } = bundle.config.verification;
  const { signal } = session;
  let verdict: SoakVerdict = { state: 'held' };
  if (!isNew || soakMs > awaitedSoakMs) {
    verdict = await judgeSoak({ ...context, signal }, bundle, attempt);
  }
  if (soakMs > 0 && soakMs <= awaitedSoakMs && (isNew || verdict.state === 'open')) {
    const workloads = listWorkloads(withoutJobs(bundle.objects));
    const failure = await soak(cluster, { workloads, soakMs, clock, logger, signal });
    verdict = failure === undefined ? { state: 'held' } : { state: 'broken', failure };
  }
  if (verdict.state === 'held') {
    await recordKnownGood({ ...context, signal }, session, attempt);
    return { state: 'known-good' };
  }
  if (verdict.state === 'broken') {
    const { failure } = verdict;
    const { code, message } = failure;
    await session.recordAbout(attempt, 'failed', { cause: { code, message } });
    const evidence = await collectSoakEvidence(context, bundle, attempt, failure);
    return { state: 'failed', failure, ...(evidence === undefined ? {} : { evidence }) };
  }
  const explanation = describeOpen(attempt, verdict);
  logger.info(explanation);
  return { state: 'open', explanation };
}

/** What still shows of a soak that did not hold. */
async function collectSoakEvidence(
  context: DeploymentContext,
  bundle: Bundle,
  { deployment }: Attempt,
  failure: SlipwayError,
): Promise<Evidence | undefined> {
  const { cluster, clock, logger } = context;
  const since = new Date(clock.now().getTime() - bundle.config.verification.soakMs);
  try {
    const snapshot = await fetchSnapshot(cluster, listWorkloads(withoutJobs(bundle.objects)));
    const finding = describeSilence(snapshot, failure, 'SoakFailed');
    if (finding === undefined) return undefined;
    const release = { bundle, deployment, since };
    return (await describeProblem(context, release, { failure, finding, snapshot })).evidence;
  } catch (error) {
    logger.warning(`what is left of it could not be saved: ${describeError(error)}`);
    return undefined;
  }
}

async function recordVerdict(
  context: DeploymentContext,
  session: Session,
  live: Attempt,
  verdict: SoakVerdict,
): Promise<void> {
  if (verdict.state === 'held') await recordKnownGood(context, session, live);
  if (verdict.state !== 'broken') return;
  const { code, message } = verdict.failure;
  await session.recordAbout(live, 'failed', { cause: { code, message } });
  await session.recordAbout(live, 'quarantined', { reason: code });
}

async function recordKnownGood(
  context: DeploymentContext,
  session: Session,
  attempt: Attempt,
): Promise<void> {
  await session.recordAbout(attempt, 'known-good');
  await moveTags(context, session.state, attempt);
}

/** Where something else was applied since, what runs proves nothing of the release. */
function isUnsettled({ appliedSince }: LedgerState, { outcome }: Attempt): boolean {
  return outcome === 'verified' && appliedSince.length === 0;
}

function findLive({ ledger, service }: DeploymentContext, state: LedgerState): Attempt {
  const live = liveAttempt(state);
  if (live !== undefined) return live;
  throw new SlipwayError(
    'not-found',
    `nothing of ${service} is live in ${ledger.environment}: there is nothing to settle`,
    { fix: 'Check the inputs service, environment and image: they say where the ledger is.' },
  );
}

function describeVerdict(
  { logger }: DeploymentContext,
  live: Attempt,
  verdict: SoakVerdict,
): UntimedOutcome {
  const told = tell(live);
  const { version } = live;
  if (verdict.state === 'held') {
    logger.info(`${version} held its soak: it is known good`);
    return { ...told, status: 'succeeded', isKnownGood: true };
  }
  if (verdict.state === 'broken') {
    const { failure } = verdict;
    const explanation = `${version} is live and did not hold its soak: not rolled back by itself, use rollback`;
    logger.warning(`${failure.message}; ${explanation}`);
    const failed = { status: 'failed', isKnownGood: false, quarantined: version } as const;
    return { ...told, ...failed, failure, explanation };
  }
  const explanation = describeOpen(live, verdict);
  logger.info(explanation);
  return { ...told, status: 'unchanged', isKnownGood: false, explanation };
}

function describeSettled(state: LedgerState, live: Attempt): UntimedOutcome {
  const isKnownGood = live.outcome === 'known-good';
  const explanation = explainSettled(state, live);
  return { ...tell(live), status: 'unchanged', isKnownGood, explanation };
}

function explainSettled({ appliedSince }: LedgerState, live: Attempt): string {
  const { version, outcome, knownGoodAt, startedAt } = live;
  if (outcome === 'known-good') return `${version} is known good since ${knownGoodAt ?? startedAt}`;
  if (appliedSince.length > 0) {
    return `${version} is not settled: something else was applied since, so that what runs proves nothing of it`;
  }
  return `${version} is live and ${outcome}: only what is verified is settled`;
}

function describeOpen(
  { version, liveSince, startedAt }: Attempt,
  verdict: Extract<SoakVerdict, { state: 'open' | 'unclear' }>,
): string {
  if (verdict.state === 'unclear') return `${version} is not settled: ${verdict.why}`;
  const until = verdict.until.toISOString().replace(/\.\d+Z$/, 'Z');
  const soakMs = verdict.until.getTime() - Date.parse(liveSince ?? startedAt);
  return `${version} is verified; its soak of ${formatDuration(soakMs)} ends at ${until}: mode settle judges it, or the next deployment`;
}

function tell({
  deployment,
  bundle,
  version,
}: Attempt): Omit<UntimedOutcome, 'status' | 'isKnownGood'> {
  return { deployment, bundle, version, applied: [], pruned: [] };
}
