import { SlipwayError } from '@slipway/core/errors';
import { chooseReturn, liveAttempt, type Attempt, type LedgerState } from '@slipway/core/release';
import type { DeploymentContext } from './context.js';
import type { DeploymentOutcome } from './outcome.js';
import { prepareReturn, returnTo } from './return-to.js';
import { openSession, type Session } from './session.js';

export interface RollBackRequest {
  /** `last-known-good`, a version, or a bundle's digest. */
  readonly to: string;
  /** Why a person does this: it is recorded, and names the quarantine of what is left. */
  readonly reason: string;
  /** Return to what is quarantined, and why. */
  readonly overrideReason?: string;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
}

/**
 * Back to what was good, by hand: chooses, explains, proves that it can be done, does it, and quarantines
 * what it leaves. A dry run goes the same way and stops before the first write.
 *
 * @throws SlipwayError `nothing-to-return-to` with the reasons; `lock-held`; nothing was changed then
 */
export async function rollBack(
  context: DeploymentContext,
  request: RollBackRequest,
): Promise<DeploymentOutcome> {
  const started = context.clock.monotonicMs();
  const session = await openSession(context);
  try {
    const outcome = await rollBackUnderLock(context, session, request);
    return { ...outcome, durationMs: context.clock.monotonicMs() - started };
  } finally {
    await session.close();
  }
}

async function rollBackUnderLock(
  context: DeploymentContext,
  session: Session,
  request: RollBackRequest,
): Promise<Omit<DeploymentOutcome, 'durationMs'>> {
  const { logger, clock } = context;
  const left = findLeft(session.state);
  const choice = chooseReturn(session.state, {
    leaving: left.bundle,
    to: request.to,
    override: request.overrideReason !== undefined,
    now: clock.now().toISOString(),
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
  logger.info(explanation);
  const bundle = await prepareReturn(context, session, { left, target });
  const told = {
    bundle: target.bundle,
    version: target.version,
    previousVersion: left.version,
    explanation,
  };
  if (request.dryRun) {
    return { ...told, status: 'succeeded', applied: [], isKnownGood: isKnownGood(target) };
  }
  const { timeoutMs } = request;
  const reason = [request.reason, request.overrideReason]
    .filter((text) => text !== undefined)
    .join('; ');
  const result = await returnTo(context, session, bundle, { left, reason, timeoutMs });
  const { deployment } = result;
  if (result.state === 'failed') {
    const { failure, evidence } = result;
    for (const line of evidence?.screen.split('\n') ?? []) logger.info(line);
    return {
      ...told,
      status: 'failed',
      deployment,
      applied: [],
      isKnownGood: false,
      failure,
      ...(evidence === undefined ? {} : { evidence }),
    };
  }
  const { applied } = result;
  const quarantined = left.version;
  return {
    ...told,
    status: 'succeeded',
    deployment,
    applied,
    isKnownGood: isKnownGood(target),
    quarantined,
  };
}

/** What is in the cluster now: the newest attempt that was applied, which need not be the live one. */
function findLeft(state: LedgerState): Attempt {
  const newest = state.appliedSince.length > 0 ? state.attempts[0] : liveAttempt(state);
  if (newest === undefined) {
    throw new SlipwayError(
      'nothing-to-return-to',
      'the ledger knows no deployment in this environment',
      {
        fix: 'Check the inputs service and environment, and the ledger’s repository.',
      },
    );
  }
  return newest;
}

function isKnownGood({ knownGoodAt }: Attempt): boolean {
  return knownGoodAt !== undefined;
}
