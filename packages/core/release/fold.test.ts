import { describe, expect, test } from '@jest/globals';
import { bundleOf, draft, good, imageOf, play, time, type Step } from '@slipway/testing/release';
import {
  findApplied,
  foldEvent,
  isQuarantined,
  liveAttempt,
  type AttemptEventKind,
} from './index.js';

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

  test('a quarantine names the image when every bundle that was good with it is fled as well', () => {
    const settings = { image: imageOf('1.1.0'), bundle: bundleOf('other settings') };
    const state = play([
      ...good(1, '1.1.0', 0),
      ...good(5, '1.1.0', 10, settings),
      ['quarantined', 1, '1.1.0', 20],
      ['quarantined', 5, '1.1.0', 20, settings],
    ]);

    expect(isQuarantined(state, bundleOf('third settings'), imageOf('1.1.0'))).toBeDefined();
  });

  test('a quarantine ends when the bundle proves good after all, also for its image', () => {
    const forbidden = play([
      ...good(1, '1.0.0', 0),
      ['started', 5, '1.1.0'],
      ['failed', 5, '1.1.0'],
      ['quarantined', 5, '1.1.0'],
    ]);

    const state = good(9, '1.1.0', 10).reduce((before, step) => {
      const next = foldEvent(before, draft(step));
      if (typeof next === 'string') throw new Error(next);
      return next;
    }, forbidden);

    expect(state.quarantined).toEqual([]);
  });

  test('what a later version put into the state is kept', () => {
    const held = { ...play([['started', 1, '1.0.0']]), moon: { phase: 'full' } };

    expect(foldEvent(held, draft(['failed', 1, '1.0.0']))).toMatchObject({
      moon: { phase: 'full' },
    });
  });

  test.each<[string, readonly Step[], Step, string]>([
    [
      'a second start',
      [['started', 1, '1']],
      ['started', 2, '2'],
      'started while test.00000001 is in progress',
    ],
    [
      'never started',
      [],
      ['available', 1, '1'],
      'available of test.00000001, which the ledger does not know',
    ],
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

  test('remembers five known-good bundles, however often one of them is deployed again', () => {
    const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0'];
    const first = versions.flatMap((version, index) => good(1 + 4 * index, version, index));
    const again = Array.from({ length: 30 }, (_, index) => good(100 + 4 * index, '1.5.0', 50));

    const state = play([...first, ...again.flat()]);

    const remembered = new Set(state.attempts.map(({ version }) => version));
    expect([...remembered]).toEqual(['1.5.0', '1.4.0', '1.3.0', '1.2.0', '1.1.0']);
  });
});

describe('findApplied', () => {
  /** A rollback to 1.1.0, with what is recorded about it and about the release that it leaves. */
  const back = (steps: readonly Step[], kinds: readonly AttemptEventKind[], left?: Step) => {
    const events = kinds.map((kind) => ({
      ...draft([kind, 20, '1.1.0', 90]),
      intent: 'rollback' as const,
    }));
    return [...events, ...(left === undefined ? [] : [draft(left)])].reduce((state, event) => {
      const next = foldEvent(state, event);
      if (typeof next === 'string') throw new Error(next);
      return next;
    }, play(steps));
  };
  const both = [...good(1, '1.1.0', 0), ...good(5, '1.3.0', 60)];
  const fled: readonly Step[] = [...both, ['quarantined', 5, '1.3.0', 89]];
  const failing: readonly Step[] = [
    ...good(1, '1.1.0', 0),
    ['started', 9, '1.2.0', 80],
    ['failed', 9, '1.2.0', 81],
  ];
  const verified = ['started', 'available', 'verified'] as const;

  test.each([
    ['nothing', play([]), undefined],
    ['the live release', play(both), '1.3.0'],
    ['what failed since', play(failing), '1.2.0'],
    ['not where a rollback goes that was cut off', back(both, ['started', 'abandoned']), '1.3.0'],
    ['not where a rollback goes that failed', back(failing, ['started', 'failed']), '1.2.0'],
    [
      'not where a rollback went that was cut off before it was verified',
      back(fled, ['started', 'available', 'abandoned']),
      '1.3.0',
    ],
    ['not where a rollback went whose last event is missing', back(fled, verified), '1.3.0'],
    [
      'where a rollback went that is complete',
      back(fled, verified, ['rolled-back', 5, '1.3.0', 91]),
      '1.1.0',
    ],
    [
      'where a rollback went that proved good since',
      back(fled, [...verified, 'known-good']),
      '1.1.0',
    ],
    [
      'where a rollback went that then failed',
      back(fled, ['started', 'available', 'failed']),
      '1.1.0',
    ],
  ])('%s', (_name, state, version) => {
    expect(findApplied(state)?.version).toBe(version);
  });
});
