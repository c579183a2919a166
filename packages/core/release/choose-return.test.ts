import { describe, expect, test } from '@jest/globals';
import { bundleOf, draft, good, play, time, type Step } from '@slipway/testing/release';
import { chooseReturn, foldEvent, formatEventTag } from './index.js';

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

  test('going back to a release does not make it newer than what came after it', () => {
    const back = { ...draft(['started', 20, '1.1.0', 122]), intent: 'rollback' as const };
    const returned = foldEvent(play(story.slice(0, -4)), back);
    if (typeof returned === 'string') throw new Error(returned);
    const state = [...good(20, '1.1.0', 122).slice(1), ...good(30, '1.3.0', 180)].reduce(
      (before, step) => {
        const next = foldEvent(before, draft(step));
        if (typeof next === 'string') throw new Error(next);
        return next;
      },
      returned,
    );

    const choice = chooseReturn(state, { ...byHand, leaving: bundleOf('1.3.0') });

    expect(choice.explanation).toBe(
      '1.3.0 is being left, 1.2.0 is quarantined (crash-loop), 1.1.0 was good for 2 h: chosen',
    );
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
