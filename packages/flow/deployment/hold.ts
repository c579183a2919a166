import { SlipwayError } from '@slipway/core/errors';
import { foldEvent, type Hold, type LedgerState } from '@slipway/core/release';
import { isDeepStrictEqual } from 'node:util';
import type { DeploymentContext } from './context.js';
import { redact } from './redact.js';
import { openSession } from './session.js';

export type HoldRequest =
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'release-hold'; readonly reason?: string };

export interface HoldOutcome {
  /** Whether an event was written, or in a dry run would be. */
  readonly isChanged: boolean;
  /** What is in force now, or in a dry run would be. */
  readonly hold?: Hold;
}

/**
 * Stops the deployments of a service, or lets them go on: rollbacks, redeployments and settling are free. It waits
 * for a deployment that is running. A hold for the same reason by the same person, and the release of a hold that
 * is not there, write nothing.
 *
 * @example await changeHold(context, { kind: 'hold', reason: 'black friday' }, { isDryRun: false })
 * @throws SlipwayError `lock-held`, and what reading the ledger throws
 */
export async function changeHold(
  context: DeploymentContext,
  request: HoldRequest,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<HoldOutcome> {
  const { state } = await context.ledger.read();
  if (isInForce(context, state, request)) return { isChanged: false, ...pickHold(state) };
  if (isDryRun) {
    const { run, clock } = context;
    if (request.kind === 'release-hold') return { isChanged: true };
    const { reason } = request;
    return {
      isChanged: true,
      hold: { reason, actor: run.actor, at: clock.now().toISOString() },
    };
  }
  const session = await openSession(context);
  try {
    const isChanged = !isInForce(context, session.state, request);
    if (isChanged) await session.record(request);
    return { isChanged, ...pickHold(session.state) };
  } finally {
    await session.close();
  }
}

/** A state keeps a reason cut and without secrets: the new one is compared as it would be kept. */
function isInForce(
  { run: { actor } }: DeploymentContext,
  state: LedgerState,
  request: HoldRequest,
): boolean {
  const { hold } = state;
  if (request.kind === 'release-hold') return hold === undefined;
  if (hold === undefined) return false;
  const asked = { kind: 'hold', reason: redact(request.reason), actor, at: hold.at } as const;
  return isDeepStrictEqual(foldEvent(state, asked), state);
}

function pickHold({ hold }: LedgerState): Pick<HoldOutcome, 'hold'> {
  return hold === undefined ? {} : { hold };
}

/** @example describeHold(hold) // 'ada holds deployments since 2026-11-27T08:00:00Z: black friday' */
export function describeHold({ actor, at, reason }: Hold): string {
  return `${actor} holds deployments since ${at}: ${reason}`;
}

/** @throws SlipwayError `held` when a person has stopped the deployments of the service */
export function refuseHeld({ hold }: LedgerState): void {
  if (hold === undefined) return;
  throw new SlipwayError('held', describeHold(hold), {
    fix: 'Wait, or end the hold with slipway release-hold; rollbacks are free.',
  });
}
