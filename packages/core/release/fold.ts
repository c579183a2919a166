import { assertNever } from '../errors/index.js';
import type { AttemptEventDraft, AttemptEventKind, EventDraft } from './event.js';
import {
  findAttempt,
  liveAttempt,
  type Attempt,
  type AttemptOutcome,
  type LedgerState,
} from './state.js';

const rememberedAttempts = 20;
const rememberedKnownGood = 5;

/**
 * The state after an event; a sentence when the event is not legal in this state.
 *
 * @example foldEvent(emptyState, { kind: 'started', … }) // { attempts: [{ outcome: 'started', … }], inProgress: … }
 */
export function foldEvent(state: LedgerState, event: EventDraft): LedgerState | string {
  if (event.kind === 'hold') return hold(state, event);
  if (event.kind === 'release-hold') return releaseHold(state);
  if (event.kind === 'adopted') return adopt(state, event);
  if (event.kind === 'started') return start(state, event);
  return foldAttempt(state, event);
}

/** A hold while there is one puts its reason in the place of the other's. */
function hold(
  state: LedgerState,
  { actor, at, reason }: Extract<EventDraft, { kind: 'hold' }>,
): LedgerState {
  return { ...state, hold: { reason, actor, at } };
}

function releaseHold(state: LedgerState): LedgerState | string {
  if (state.hold === undefined) return 'release-hold, but there is no hold';
  const { hold: released, ...rest } = state;
  return rest;
}

function foldAttempt(state: LedgerState, event: AttemptEventDraft): LedgerState | string {
  const attempt = findAttempt(state, event.deployment);
  if (attempt === undefined) return `${event.kind} of ${event.deployment}, which never started`;
  if (!legalBefore[event.kind].includes(attempt.outcome)) {
    return `${event.kind} of ${event.deployment}, which is ${attempt.outcome}`;
  }
  switch (event.kind) {
    case 'adopted':
    case 'started':
      return `${event.deployment} began twice`;
    case 'available':
      return forget(makeLive(state, event, attempt));
    case 'verified':
      return finish(change(state, { ...attempt, outcome: 'verified' }), attempt);
    case 'known-good':
      if (state.live !== attempt.deployment) {
        return `known-good of ${attempt.deployment}, which is not live`;
      }
      return liftQuarantine(
        change(state, { ...attempt, outcome: 'known-good', knownGoodAt: event.at }),
        attempt,
      );
    case 'superseded':
      return change(state, { ...attempt, outcome: 'superseded' });
    case 'failed':
      return finish(change(state, { ...attempt, outcome: 'failed', ...codeOf(event) }), attempt);
    case 'abandoned':
      return finish(change(state, { ...attempt, outcome: 'abandoned', ...codeOf(event) }), attempt);
    case 'rolled-back':
      return change(state, { ...attempt, outcome: 'rolled-back' });
    case 'quarantined':
      return quarantine(state, event);
    default:
      return assertNever(event.kind);
  }
}

const everyOutcome: readonly AttemptOutcome[] = [
  'adopted',
  'started',
  'available',
  'verified',
  'known-good',
  'superseded',
  'failed',
  'rolled-back',
  'abandoned',
];

/** What an attempt must be for an event about it. */
const legalBefore: Readonly<Record<AttemptEventKind, readonly AttemptOutcome[]>> = {
  adopted: [],
  started: [],
  available: ['started'],
  verified: ['available'],
  'known-good': ['verified'],
  superseded: ['adopted', 'available', 'verified'],
  failed: ['started', 'available', 'verified'],
  abandoned: ['started', 'available'],
  'rolled-back': ['adopted', 'verified', 'known-good', 'superseded', 'failed', 'abandoned'],
  quarantined: everyOutcome,
};

/** What ran here before: the first thing that there is to return to. */
function adopt(state: LedgerState, event: AttemptEventDraft): LedgerState | string {
  if (state.inProgress !== undefined) return `adopted while ${state.inProgress} is in progress`;
  if (state.live !== undefined) return `adopted, but ${state.live} is live`;
  if (findAttempt(state, event.deployment) !== undefined) return `${event.deployment} began twice`;
  const attempt: Attempt = {
    ...begin(event),
    outcome: 'adopted',
    adoptedAt: event.at,
    liveSince: event.at,
  };
  return forget({
    ...state,
    attempts: [attempt, ...state.attempts],
    live: attempt.deployment,
  });
}

function start(state: LedgerState, event: AttemptEventDraft): LedgerState | string {
  if (state.inProgress !== undefined) return `started while ${state.inProgress} is in progress`;
  if (findAttempt(state, event.deployment) !== undefined) return `${event.deployment} began twice`;
  const attempt: Attempt = { ...begin(event), outcome: 'started' };
  return forget({
    ...state,
    attempts: [attempt, ...state.attempts],
    inProgress: attempt.deployment,
    appliedSince: [...new Set([...state.appliedSince, event.bundle])],
  });
}

function begin(event: AttemptEventDraft): Omit<Attempt, 'outcome'> {
  const { deployment, intent, bundle, image, version, at } = event;
  return { deployment, intent, bundle, image, version, startedAt: at };
}

function makeLive(state: LedgerState, event: AttemptEventDraft, attempt: Attempt): LedgerState {
  const before = liveAttempt(state);
  const ended = before === undefined ? state : change(state, { ...before, liveUntil: event.at });
  const available = change(ended, { ...attempt, outcome: 'available', liveSince: event.at });
  return { ...available, live: attempt.deployment, appliedSince: [] };
}

function quarantine(state: LedgerState, event: AttemptEventDraft): LedgerState {
  const isImageGood = state.attempts.some(
    (attempt) =>
      attempt.knownGoodAt !== undefined &&
      attempt.image === event.image &&
      attempt.bundle !== event.bundle,
  );
  const entry = {
    bundle: event.bundle,
    version: event.version,
    ...(isImageGood ? {} : { image: event.image }),
    reason: event.reason ?? event.cause?.message ?? 'no reason given',
    at: event.at,
  };
  const others = state.quarantined.filter(({ bundle }) => bundle !== event.bundle);
  return { ...state, quarantined: [entry, ...others] };
}

/** What proved good after all is no longer forbidden, and neither is another bundle for its image. */
function liftQuarantine(state: LedgerState, { bundle, image }: Attempt): LedgerState {
  const quarantined = state.quarantined
    .filter((entry) => entry.bundle !== bundle)
    .map((entry) => {
      if (entry.image !== image) return entry;
      const { image: good, ...rest } = entry;
      return rest;
    });
  return { ...state, quarantined };
}

function change(state: LedgerState, changed: Attempt): LedgerState {
  const attempts = state.attempts.map((attempt) =>
    attempt.deployment === changed.deployment ? changed : attempt,
  );
  return { ...state, attempts };
}

function finish(state: LedgerState, attempt: Attempt): LedgerState {
  if (state.inProgress !== attempt.deployment) return state;
  const { inProgress, ...rest } = state;
  return rest;
}

function codeOf(event: AttemptEventDraft): { readonly code?: string } {
  return event.cause === undefined ? {} : { code: event.cause.code };
}

function forget(state: LedgerState): LedgerState {
  const knownGood = state.attempts.filter(({ knownGoodAt }) => knownGoodAt !== undefined);
  const superseded = state.attempts
    .filter(({ outcome }) => outcome === 'superseded')
    .toSorted((a, b) => liveMs(b) - liveMs(a));
  const kept = new Set<Attempt | undefined>([
    ...state.attempts.slice(0, rememberedAttempts),
    ...knownGood.slice(0, rememberedKnownGood),
    superseded[0],
    liveAttempt(state),
  ]);
  return { ...state, attempts: state.attempts.filter((attempt) => kept.has(attempt)) };
}

function liveMs({ liveSince, liveUntil }: Attempt): number {
  if (liveSince === undefined || liveUntil === undefined) return 0;
  return Date.parse(liveUntil) - Date.parse(liveSince);
}
