import { describe, expect, test } from '@jest/globals';
import { digestOf, type Digest } from '../image-ref/index.js';
import {
  checkChain,
  chooseReturn,
  emptyState,
  foldEvent,
  formatEventTag,
  isQuarantined,
  liveAttempt,
  type ChainLink,
  type EventDraft,
  type EventKind,
  type LedgerEvent,
  type LedgerState,
} from './index.js';

const bundleOf = (version: string): Digest =>
  digestOf(Buffer.from(version).toString('hex').padEnd(64, '0'));
const imageOf = (version: string): string =>
  `registry.example.com/shop/catalog@${bundleOf(`i${version}`)}`;
const time = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

type Step = readonly [kind: EventKind, deployment: number, version: string, minute?: number];

function draft([kind, deployment, version, minute = 0]: Step): EventDraft {
  return {
    kind,
    deployment: formatEventTag('test', deployment),
    intent: 'deploy',
    bundle: bundleOf(version),
    image: imageOf(version),
    version,
    at: time(minute),
    ...(kind === 'quarantined' ? { reason: 'crash-loop' } : {}),
  };
}

function play(steps: readonly Step[]): LedgerState {
  return steps.reduce<LedgerState>((state, step) => {
    const next = foldEvent(state, draft(step));
    if (typeof next === 'string') throw new Error(next);
    return next;
  }, emptyState);
}

const good = (deployment: number, version: string, minute: number): readonly Step[] => [
  ['started', deployment, version, minute],
  ['available', deployment, version, minute],
  ['verified', deployment, version, minute],
  ['known-good', deployment, version, minute + 1],
];

describe('foldEvent', () => {
  test('a deployment that becomes known good is live and no longer in progress', () => {
    const state = play(good(1, '1.0.0', 0));

    expect(state.inProgress).toBeUndefined();
    expect(state.appliedSince).toEqual([]);
    expect(liveAttempt(state)).toMatchObject({
      version: '1.0.0',
      outcome: 'known-good',
      liveSince: time(0),
      knownGoodAt: time(1),
    });
  });

  test('what failed was applied, but is not live', () => {
    const state = play([
      ...good(1, '1.0.0', 0),
      ['started', 5, '1.1.0', 5],
      ['failed', 5, '1.1.0', 6],
    ]);

    expect(liveAttempt(state)?.version).toBe('1.0.0');
    expect(state.inProgress).toBeUndefined();
    expect(state.appliedSince).toEqual([bundleOf('1.1.0')]);
  });

  test('the next deployment ends the time of the one before', () => {
    const state = play([...good(1, '1.0.0', 0), ...good(5, '1.1.0', 30)]);

    expect(state.attempts[1]).toMatchObject({ version: '1.0.0', liveUntil: time(30) });
    expect(state.attempts[1]?.outcome).toBe('known-good');
  });

  test('a quarantine names the image unless a known-good bundle has the same', () => {
    const state = play([
      ...good(1, '1.0.0', 0),
      ['started', 5, '1.1.0'],
      ['failed', 5, '1.1.0'],
      ['quarantined', 5, '1.1.0'],
    ]);

    expect(isQuarantined(state, bundleOf('other'), imageOf('1.1.0'))?.reason).toBe('crash-loop');
    expect(isQuarantined(state, bundleOf('other'), imageOf('1.0.0'))).toBeUndefined();

    const shared = foldEvent(state, {
      ...draft(['quarantined', 5, '1.1.0']),
      image: imageOf('1.0.0'),
    });
    expect(shared).toMatchObject({ quarantined: [{ version: '1.1.0' }] });
    expect(shared).not.toHaveProperty('quarantined.0.image');
  });

  test.each<[string, readonly Step[], Step, string]>([
    [
      'a second start',
      [['started', 1, '1']],
      ['started', 2, '2'],
      'started while test.00000001 is in progress',
    ],
    ['never started', [], ['available', 1, '1'], 'available of test.00000001, which never started'],
    [
      'verified too early',
      [['started', 1, '1']],
      ['verified', 1, '1'],
      'verified of test.00000001, which is started',
    ],
    [
      'good too early',
      [
        ['started', 1, '1'],
        ['available', 1, '1'],
      ],
      ['known-good', 1, '1'],
      'known-good of test.00000001, which is available',
    ],
    [
      'good though replaced',
      [
        ['started', 1, '1'],
        ['available', 1, '1'],
        ['verified', 1, '1'],
        ['started', 4, '2'],
        ['available', 4, '2'],
      ],
      ['known-good', 1, '1'],
      'known-good of test.00000001, which is not live',
    ],
    [
      'abandoned after its end',
      good(1, '1', 0),
      ['abandoned', 1, '1'],
      'abandoned of test.00000001, which is known-good',
    ],
  ])('refuses %s', (_name, steps, step, sentence) => {
    expect(foldEvent(play(steps), draft(step))).toBe(sentence);
  });

  test('forgets old attempts, but never the live and the known-good ones', () => {
    const failures = Array.from({ length: 30 }, (_, index): readonly Step[] => [
      ['started', 10 + 2 * index, `2.0.${index}`],
      ['failed', 10 + 2 * index, `2.0.${index}`],
    ]);

    const state = play([...good(1, '1.0.0', 0), ...failures.flat()]);

    expect(state.attempts).toHaveLength(21);
    expect(liveAttempt(state)?.version).toBe('1.0.0');
  });
});

describe('chooseReturn', () => {
  const story: readonly Step[] = [
    ...good(1, '1.0.0', 0),
    ...good(5, '1.1.0', 60),
    ['started', 9, '1.2.0', 120],
    ['failed', 9, '1.2.0', 121],
    ['quarantined', 9, '1.2.0', 121],
    ...good(12, '1.3.0', 180),
  ];
  const byHand = { to: 'last-known-good', override: false, now: time(200) };

  test.each([
    [
      'by hand: past what is left and quarantined',
      '1.3.0',
      byHand,
      '1.1.0',
      '1.3.0 is being left, 1.2.0 is quarantined (crash-loop), 1.1.0 was good for 2 h: chosen',
    ],
    [
      'to a version',
      '1.3.0',
      { ...byHand, to: '1.0.0' },
      '1.0.0',
      '1.0.0 was good for 1 h: chosen',
    ],
    [
      'to a quarantined version',
      '1.3.0',
      { ...byHand, to: '1.2.0' },
      undefined,
      '1.2.0 is quarantined (crash-loop)',
    ],
    [
      'to the one that is being left',
      '1.3.0',
      { ...byHand, to: '1.3.0' },
      undefined,
      '1.3.0 is being left',
    ],
    [
      'to an unknown version',
      '1.3.0',
      { ...byHand, to: '9.9.9' },
      undefined,
      'the ledger knows no bundle 9.9.9',
    ],
  ])('%s', (_name, leaving, request, version, explanation) => {
    const choice = chooseReturn(play(story), { ...request, leaving: bundleOf(leaving) });

    expect(choice.state === 'chosen' ? choice.attempt.version : undefined).toBe(version);
    expect(choice.explanation).toBe(explanation);
  });

  test('automatically: to what was live and verified, though not yet known good', () => {
    const state = play([
      ...good(1, '1.0.0', 0),
      ['started', 5, '1.1.0', 60],
      ['available', 5, '1.1.0', 60],
      ['verified', 5, '1.1.0', 60],
      ['started', 8, '1.2.0', 61],
      ['failed', 8, '1.2.0', 62],
    ]);

    const choice = chooseReturn(state, {
      ...byHand,
      now: time(62),
      leaving: bundleOf('1.2.0'),
      wasLive: formatEventTag('test', 5),
    });

    expect(choice.explanation).toBe(
      '1.2.0 is being left, 1.1.0 was verified and live for 2 min: chosen',
    );
  });

  test('without a known-good bundle: the one that was healthy longest', () => {
    const step = (deployment: number, version: string, minute: number): readonly Step[] => [
      ['started', deployment, version, minute],
      ['available', deployment, version, minute],
      ['verified', deployment, version, minute],
    ];
    const state = play([
      ...step(1, '1.0.0', 0),
      ...step(4, '1.1.0', 60),
      ['superseded', 1, '1.0.0', 60],
      ...step(8, '1.2.0', 65),
      ['superseded', 4, '1.1.0', 65],
    ]);

    const choice = chooseReturn(state, { ...byHand, leaving: bundleOf('1.2.0') });

    expect(choice.explanation).toBe(
      '1.2.0 is being left, 1.1.0 is not known good, no bundle is known good; 1.0.0 was healthy longest, for 1 h: chosen',
    );
  });

  test('nothing to return to after a first deployment', () => {
    const state = play([
      ['started', 1, '1.0.0'],
      ['failed', 1, '1.0.0'],
    ]);

    expect(chooseReturn(state, { ...byHand, leaving: bundleOf('1.0.0') })).toEqual({
      state: 'none',
      explanation: '1.0.0 is being left',
    });
  });
});

describe('checkChain', () => {
  function link(steps: readonly Step[]): ChainLink[] {
    const links: ChainLink[] = [];
    let state = emptyState;
    for (const [index, step] of steps.entries()) {
      const next = foldEvent(state, draft(step));
      if (typeof next === 'string') throw new Error(next);
      state = next;
      const previous = links.at(-1)?.digest;
      const event: LedgerEvent = {
        ...draft(step),
        sequence: index + 1,
        ...(previous === undefined ? {} : { previous }),
        actor: 'ada',
        run: { repository: 'shop/catalog', id: '1', attempt: 1, url: '' },
        lease: { clusterUid: 'c', leaseUid: 'l', transitions: index },
        state,
      };
      links.push({ tag: formatEventTag('test', index + 1), digest: bundleOf(`e${index}`), event });
    }
    return links;
  }
  const whole = link(good(1, '1.0.0', 0));

  function alter(index: number, change: Partial<LedgerEvent>): ChainLink[] {
    return whole.map((each, at) =>
      at === index ? { ...each, event: { ...each.event, ...change } } : each,
    );
  }

  test('a whole chain', () => {
    expect(checkChain('test', whole)).toMatchObject({ isWhole: true, length: 4 });
  });

  test.each<[string, readonly ChainLink[], string, string]>([
    ['out of order', whole.toReversed(), 'test.00000004', 'event 4 stands in the place of event 1'],
    [
      'truncated at its beginning',
      whole.slice(1),
      'test.00000002',
      'event 2 stands in the place of event 1',
    ],
    [
      'forked',
      alter(2, { previous: bundleOf('x') }),
      'test.00000003',
      `it follows ${bundleOf('x')}, but before it stands ${bundleOf('e1')}`,
    ],
    [
      'with a state that is not the fold',
      alter(3, { state: emptyState }),
      'test.00000004',
      'its state is not what the events up to it come to',
    ],
    [
      'with an event that is not legal',
      alter(1, { kind: 'known-good' }),
      'test.00000002',
      'it is not legal here: known-good of test.00000001, which is started',
    ],
    [
      'written after the Lease was lost',
      alter(2, { lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 } }),
      'test.00000003',
      'it was written by a holder of the Lease who had already lost it',
    ],
  ])('%s', (_name, links, tag, sentence) => {
    expect(checkChain('test', links)).toEqual({ isWhole: false, tag, sentence });
  });
});
