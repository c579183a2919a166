import { SlipwayError } from '@slipway/core/errors';
import { chooseReturn, findApplied, type Attempt, type LedgerState } from '@slipway/core/release';
import type { DeploymentContext } from './context.js';
import type { Bundle } from './bundle-artifact.js';
import { tellFailure, type DeploymentOutcome, type UntimedOutcome } from './outcome.js';
import { prepareReturn, returnTo } from './return-to.js';
import { openSession, type Session } from './session.js';

export interface RollBackRequest {
  /** `last-known-good`, a version, or a bundle's digest. */
  readonly to: string;
  /** Why a person does this: it is recorded, and names the quarantine of what is left. */
  readonly reason: string;
  /** Return to what is quarantined, and why. */
  readonly overrideReason?: string;
  /** Stop the deployments of the service from now on. */
  readonly hold: boolean;
  readonly timeoutMs: number;
}

/**
 * Back to what was good, by hand: chooses, explains, proves that it can be done, does it, and quarantines
 * what it leaves.
 *
 * @throws SlipwayError `nothing-to-return-to` with the reasons; `lock-held`; nothing was changed then
 */
export async function rollBack(
  context: DeploymentContext,
  request: RollBackRequest,
): Promise<DeploymentOutcome> {
  const session = await openSession(context);
  const started = context.clock.monotonicMs();
  try {
    const outcome = await rollBackUnderLock(session.context, session, request);
    return { ...outcome, durationMs: context.clock.monotonicMs() - started };
  } finally {
    await session.close();
  }
}

/**
 * What a rollback would do, found out on the same path without the Lease and without writing anything.
 *
 * @throws SlipwayError what the rollback would throw
 */
export async function planRollBack(
  context: DeploymentContext,
  request: RollBackRequest,
): Promise<DeploymentOutcome> {
  const started = context.clock.monotonicMs();
  const { state } = await context.ledger.read();
  const { told } = await choose(context, state, request, context.signal);
  const durationMs = context.clock.monotonicMs() - started;
  return { ...told, status: 'succeeded', applied: [], pruned: [], isKnownGood: false, durationMs };
}

interface Chosen {
  readonly left: Attempt;
  readonly target: Attempt;
  readonly bundle: Bundle;
  readonly told: Pick<UntimedOutcome, 'bundle' | 'version' | 'previousVersion' | 'explanation'>;
}

/** Chooses, explains, and proves that the way back is open. */
async function choose(
  context: DeploymentContext,
  state: LedgerState,
  request: RollBackRequest,
  signal: AbortSignal,
): Promise<Chosen> {
  const left = findLeft(state);
  const isOverridden = request.overrideReason !== undefined;
  const choice = chooseReturn(state, {
    leaving: left.bundle,
    to: request.to,
    override: isOverridden,
    now: context.clock.now().toISOString(),
  });
  if (choice.state === 'none') {
    throw new SlipwayError(
      'nothing-to-return-to',
      `there is nothing to return to: ${choice.explanation}`,
      {
        fix: 'Name a version with the input to (a quarantined one needs override-reason), or roll forward.',
      },
    );
  }
  const { attempt: target, explanation } = choice;
  context.logger.info(explanation);
  const bundle = await prepareReturn(
    context,
    { left, target, attempts: state.attempts, isOverridden },
    signal,
  );
  const { version } = target;
  const told = { bundle: target.bundle, version, previousVersion: left.version, explanation };
  return { left, target, bundle, told };
}

async function rollBackUnderLock(
  context: DeploymentContext,
  session: Session,
  request: RollBackRequest,
): Promise<UntimedOutcome> {
  const { left, target, bundle, told } = await choose(
    context,
    session.state,
    request,
    session.signal,
  );
  const { timeoutMs } = request;
  const reason = [request.reason, request.overrideReason]
    .filter((text) => text !== undefined)
    .join('; ');
  if (request.hold) await session.record({ kind: 'hold', reason: request.reason });
  return tellFailure(context, { ...told, deployment: session.nextDeployment() }, async () => {
    const result = await returnTo(context, session, bundle, { left, reason, timeoutMs });
    const { deployment } = result;
    if (result.state === 'verified') {
      const { applied, pruned } = result;
      const isKnownGood = target.knownGoodAt !== undefined;
      const quarantined = left.version;
      return {
        ...told,
        status: 'succeeded',
        deployment,
        applied,
        pruned,
        isKnownGood,
        quarantined,
      };
    }
    const { failure, evidence } = result;
    for (const line of evidence?.screen.split('\n') ?? []) context.logger.info(line);
    return {
      ...told,
      status: 'failed',
      deployment,
      applied: [],
      pruned: [],
      isKnownGood: false,
      failure,
      ...(evidence === undefined ? {} : { evidence }),
    };
  });
}

/** What is in the cluster now. */
function findLeft(state: LedgerState): Attempt {
  const left = findApplied(state);
  if (left !== undefined) return left;
  throw new SlipwayError(
    'nothing-to-return-to',
    'the ledger knows no deployment in this environment',
    { fix: 'Check the inputs service, environment and image: they say where the ledger is.' },
  );
}
