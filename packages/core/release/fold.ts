import { assertNever } from '../errors/index.js';
import type { AttemptEventDraft, EventDraft } from './event.js';
import { forget } from './forget.js';
import { liftQuarantine, quarantine } from './quarantine.js';
import { eventRules, type Before, type Condition, type Effect, type EventRule } from './rules.js';
import {
  findAttempt,
  liveAttempt,
  shorten,
  type Attempt,
  type AttemptOutcome,
  type LedgerState,
} from './state.js';

/**
 * The state after an event; a sentence when the event is not legal in this state. It answers for every state
 * that can be read, and never throws.
 *
 * @example foldEvent(emptyState, { kind: 'started', … }) // { attempts: [{ outcome: 'started', … }], inProgress: … }
 */
export function foldEvent(state: LedgerState, event: EventDraft): LedgerState | string {
  if (event.kind === 'hold') return hold(state, event);
  if (event.kind === 'release-hold') return releaseHold(state);
  return foldAttempt(state, event);
}

/** A hold while there is one puts its reason in the place of the other's. */
function hold(
  state: LedgerState,
  { actor, at, reason }: Extract<EventDraft, { kind: 'hold' }>,
): LedgerState {
  return { ...state, hold: { reason: shorten(reason), actor, at } };
}

function releaseHold(state: LedgerState): LedgerState | string {
  if (state.hold === undefined) return 'release-hold, but there is no hold';
  const { hold: released, ...rest } = state;
  return rest;
}

function foldAttempt(state: LedgerState, event: AttemptEventDraft): LedgerState | string {
  const before = findAttempt(state, event.deployment)?.outcome ?? 'new';
  const rule = eventRules[event.kind].find(({ from }) => from.includes(before));
  if (rule === undefined) return tellIllegal(event, before);
  const broken = rule.only.filter((condition) => !conditions[condition](state, event.deployment));
  const [first] = broken;
  if (first !== undefined) return tellBroken[first](state, event);
  return forget(follow(state, event, rule));
}

function tellIllegal({ kind, deployment }: AttemptEventDraft, before: Before): string {
  if (before === 'new') return `${kind} of ${deployment}, which the ledger does not know`;
  if (kind === 'adopted' || kind === 'started') return `${deployment} began twice`;
  return `${kind} of ${deployment}, which is ${before}`;
}

const conditions: Readonly<Record<Condition, (state: LedgerState, deployment: string) => boolean>> =
  {
    'in-progress': ({ inProgress }, deployment) => inProgress === deployment,
    'nothing-in-progress': ({ inProgress }) => inProgress === undefined,
    live: ({ live }, deployment) => live === deployment,
    'not-live': ({ live }, deployment) => live !== deployment,
    'nothing-live': ({ live }) => live === undefined,
    'nothing-applied-since': ({ appliedSince }) => appliedSince.length === 0,
  };

const tellBroken: Readonly<
  Record<Condition, (state: LedgerState, event: AttemptEventDraft) => string>
> = {
  'in-progress': (_state, { kind, deployment }) =>
    `${kind} of ${deployment}, which is not in progress`,
  'nothing-in-progress': ({ inProgress = '' }, { kind }) =>
    `${kind} while ${inProgress} is in progress`,
  live: (_state, { kind, deployment }) => `${kind} of ${deployment}, which is not live`,
  'not-live': (_state, { kind, deployment }) => `${kind} of ${deployment}, which is live`,
  'nothing-live': ({ live = '' }, { kind }) => `${kind}, but ${live} is live`,
  'nothing-applied-since': (_state, { kind, deployment }) =>
    `${kind} of ${deployment}, but something else was applied since`,
};

function follow(
  state: LedgerState,
  event: AttemptEventDraft,
  { to, effects }: EventRule,
): LedgerState {
  const told = to === undefined ? state : change(state, event, { outcome: to });
  return effects.reduce((reached, effect) => take(reached, event, effect, to), told);
}

function take(
  state: LedgerState,
  event: AttemptEventDraft,
  effect: Effect,
  outcome: AttemptOutcome = 'started',
): LedgerState {
  switch (effect) {
    case 'begin':
      return { ...state, attempts: [begin(event, outcome), ...state.attempts] };
    case 'apply':
      return apply(state, event);
    case 'go-live':
      return goLive(state, event);
    case 'cover':
      return cover(state);
    case 'end':
      return end(state);
    case 'blame':
      return event.cause === undefined ? state : change(state, event, { code: event.cause.code });
    case 'prove':
      return prove(state, event);
    case 'quarantine':
      return quarantine(state, event);
    default:
      return assertNever(effect);
  }
}

function begin(event: AttemptEventDraft, outcome: AttemptOutcome): Attempt {
  const { deployment, intent, bundle, image, version, at } = event;
  const adopted = outcome === 'adopted' ? { adoptedAt: at } : {};
  return { deployment, intent, bundle, image, version, outcome, startedAt: at, ...adopted };
}

/** From here on the cluster may hold parts of it. */
function apply(state: LedgerState, { deployment, bundle }: AttemptEventDraft): LedgerState {
  const appliedSince = [...state.appliedSince.filter((digest) => digest !== bundle), bundle];
  return { ...state, inProgress: deployment, appliedSince };
}

/** What was live before is no longer. */
function goLive(state: LedgerState, event: AttemptEventDraft): LedgerState {
  const before = liveAttempt(state);
  const left = before === undefined ? state : change(state, before, { liveUntil: event.at });
  const live = change(left, event, { liveSince: event.since ?? event.at });
  return { ...live, live: event.deployment };
}

/** What was applied before is pruned by now. */
function cover(state: LedgerState): LedgerState {
  const { appliedForgotten: pruned, ...rest } = state;
  return { ...rest, appliedSince: [] };
}

function end(state: LedgerState): LedgerState {
  const { inProgress: ended, ...rest } = state;
  return rest;
}

function prove(state: LedgerState, event: AttemptEventDraft): LedgerState {
  const proven = change(state, event, { knownGoodAt: event.at });
  const attempt = findAttempt(proven, event.deployment);
  return attempt === undefined ? proven : liftQuarantine(proven, attempt);
}

function change(
  state: LedgerState,
  { deployment }: Pick<Attempt, 'deployment'>,
  fields: Partial<Attempt>,
): LedgerState {
  const attempts = state.attempts.map((attempt) =>
    attempt.deployment === deployment ? { ...attempt, ...fields } : attempt,
  );
  return { ...state, attempts };
}
