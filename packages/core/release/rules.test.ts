import { describe, expect, test } from '@jest/globals';
import { draft, time } from '@slipway/testing/release';
import {
  attemptEventKinds,
  foldEvent,
  formatEventTag,
  type AttemptEventKind,
  type AttemptOutcome,
  type LedgerState,
} from './index.js';

const outcomes = [
  ...(['adopted', 'started', 'available', 'verified', 'known-good'] as const),
  ...(['superseded', 'failed', 'abandoned', 'rolled-back'] as const),
];
const befores = ['new', ...outcomes] as const;
const whose = ['nobody', 'itself', 'another'] as const;

type Whose = (typeof whose)[number];

/** All that the legality of an event may depend on. */
interface Situation {
  readonly before: 'new' | AttemptOutcome;
  readonly live: Whose;
  readonly inProgress: Whose;
  readonly isHeld: boolean;
  readonly isAppliedSince: boolean;
}

const situations: readonly Situation[] = befores.flatMap((before) =>
  whose.flatMap((live) =>
    whose.flatMap((inProgress) =>
      [false, true].flatMap((isHeld) =>
        [false, true].map((isAppliedSince) => ({
          before,
          live,
          inProgress,
          isHeld,
          isAppliedSince,
        })),
      ),
    ),
  ),
);

/** Said once more in other words than the code: what an event makes of the attempt; undefined: not legal. */
const expected: Readonly<
  Record<AttemptEventKind, (situation: Situation) => AttemptOutcome | undefined>
> = {
  adopted: ({ before, live, inProgress }) =>
    before === 'new' && live === 'nobody' && inProgress === 'nobody' ? 'adopted' : undefined,
  started: ({ before, inProgress }) =>
    before === 'new' && inProgress === 'nobody' ? 'started' : undefined,
  available: ({ before, inProgress }) =>
    before === 'started' && inProgress === 'itself' ? 'available' : undefined,
  verified: ({ before, inProgress }) =>
    before === 'available' && inProgress === 'itself' ? 'verified' : undefined,
  'known-good': ({ before, live, inProgress, isAppliedSince }) =>
    before === 'verified' && live === 'itself' && inProgress === 'nobody' && !isAppliedSince
      ? 'known-good'
      : undefined,
  superseded: ({ before, live }) =>
    (before === 'adopted' || before === 'verified') && live !== 'itself' ? 'superseded' : undefined,
  failed: ({ before, live, inProgress }) => {
    const isRunning = before === 'started' || before === 'available';
    const isSoaking = before === 'verified' && live === 'itself' && inProgress === 'nobody';
    return (isRunning && inProgress === 'itself') || isSoaking ? 'failed' : undefined;
  },
  abandoned: ({ before, inProgress }) =>
    (before === 'started' || before === 'available') && inProgress === 'itself'
      ? 'abandoned'
      : undefined,
  'rolled-back': ({ before, live }) =>
    live === 'itself' || ['new', 'started', 'available', 'rolled-back'].includes(before)
      ? undefined
      : 'rolled-back',
  quarantined: ({ before }) => (before === 'new' ? undefined : before),
};

const tags: Readonly<Record<'itself' | 'another', string>> = {
  itself: formatEventTag('test', 5),
  another: formatEventTag('test', 1),
};

function stateOf(situation: Situation): LedgerState {
  const { before, live, inProgress, isHeld, isAppliedSince } = situation;
  const about = (sequence: number, version: string, outcome: AttemptOutcome) => {
    const { kind, at, actor, ...attempt } = draft(['started', sequence, version, sequence]);
    return { ...attempt, outcome, startedAt: at };
  };
  return {
    attempts: [
      ...(before === 'new' ? [] : [about(5, '1.1.0', before)]),
      about(1, '1.0.0', 'known-good'),
    ],
    ...(live === 'nobody' ? {} : { live: tags[live] }),
    ...(inProgress === 'nobody' ? {} : { inProgress: tags[inProgress] }),
    appliedSince: isAppliedSince ? [draft(['started', 9, '1.2.0']).bundle] : [],
    quarantined: [],
    ...(isHeld ? { hold: { reason: 'sale', actor: 'ada', at: time(0) } } : {}),
  };
}

function outcomeAfter(state: LedgerState | string): AttemptOutcome | undefined {
  if (typeof state === 'string') return undefined;
  return state.attempts.find(({ deployment }) => deployment === tags.itself)?.outcome;
}

describe.each(attemptEventKinds)('every situation for %s', (kind) => {
  test.each(befores)('of what is %s', (before) => {
    const rows = situations.filter((situation) => situation.before === before);

    const seen = rows.map((row) =>
      outcomeAfter(foldEvent(stateOf(row), draft([kind, 5, '1.1.0', 10]))),
    );

    expect(seen.map((outcome, index) => [rows[index], outcome])).toEqual(
      rows.map((row) => [row, expected[kind](row)]),
    );
  });
});

describe.each(befores)('a person decides while one is %s', (before) => {
  const rows = situations.filter((situation) => situation.before === before);
  const by = { actor: 'eve', at: time(10) };

  test('a hold is legal always, and changes nothing else', () => {
    for (const row of rows) {
      const state = stateOf(row);

      const held = foldEvent(state, { kind: 'hold', reason: 'freeze', ...by });

      expect(held).toEqual({ ...state, hold: { reason: 'freeze', ...by } });
    }
  });

  test('a hold that is there can be released, and nothing else changes', () => {
    for (const row of rows) {
      const { hold, ...rest } = stateOf(row);

      const released = foldEvent(stateOf(row), { kind: 'release-hold', ...by });

      expect(released).toEqual(hold === undefined ? 'release-hold, but there is no hold' : rest);
    }
  });
});
