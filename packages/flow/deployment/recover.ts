import { SlipwayError, describeError } from '@slipway/core/errors';
import { chooseReturn, findAttempt, type Attempt } from '@slipway/core/release';
import type { Bundle } from './bundle-artifact.js';
import type { DeploymentContext } from './context.js';
import type { MakeLiveResult } from './make-live.js';
import type { Told, UntimedOutcome } from './outcome.js';
import { prepareReturn, returnTo } from './return-to.js';
import type { Session } from './session.js';

export interface Failed extends Told {
  readonly result: Extract<MakeLiveResult, { state: 'failed' }>;
  readonly wasLive: string | undefined;
}

export interface RecoverOptions {
  readonly onFailure: 'rollback' | 'stop';
  readonly timeoutMs: number;
}

/** After a failure: back to what was good, if the candidate is to blame and there is somewhere to go. */
export async function recover(
  context: DeploymentContext,
  session: Session,
  { onFailure, timeoutMs }: RecoverOptions,
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
  if (onFailure === 'stop') return stay('the input on-failure says stop');
  if (failure.code === 'overtaken') return stay('somebody else has deployed meanwhile');
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
