import { describe, expect, test } from '@jest/globals';
import { good, play, time, type Step } from '@slipway/testing/release';
import { chooseKnownGood } from './choose-known-good.js';

const verified = (deployment: number, version: string, minute: number): readonly Step[] =>
  good(deployment, version, minute).slice(0, 3);

describe('chooseKnownGood', () => {
  test.each<[string, readonly Step[], string, string]>([
    [
      'what is live and known good',
      [...good(1, '1.0.0', 0), ...good(5, '1.1.0', 10)],
      '1.1.0',
      '1.1.0 is live and known good for 9 min',
    ],
    [
      'what was before one that is only verified',
      [...good(1, '1.0.0', 0), ...verified(5, '1.1.0', 10)],
      '1.0.0',
      '1.1.0 is live but not known good, 1.0.0 is the newest that is known good',
    ],
    [
      'what a rollback made live again',
      [
        ...good(1, '1.0.0', 0),
        ...good(5, '1.1.0', 5),
        ['quarantined', 5, '1.1.0', 9],
        ...verified(10, '1.0.0', 10),
      ],
      '1.0.0',
      '1.0.0 is live and known good for 19 min',
    ],
    [
      'not what failed above it',
      [...good(1, '1.0.0', 0), ['started', 5, '1.1.0', 10], ['failed', 5, '1.1.0', 11]],
      '1.0.0',
      '1.0.0 is live and known good for 19 min',
    ],
    [
      'not what is quarantined, although it was good',
      [...good(1, '1.0.0', 0), ...good(5, '1.1.0', 5), ['quarantined', 5, '1.1.0', 9]],
      '1.0.0',
      '1.1.0 is live but quarantined (crash-loop), 1.0.0 is the newest that is known good',
    ],
    [
      'each version that is passed is told once',
      [
        ...good(1, '1.0.0', 0),
        ['started', 5, '1.1.0', 2],
        ['failed', 5, '1.1.0', 3],
        ['started', 7, '1.1.0', 4],
        ['failed', 7, '1.1.0', 5],
        ...verified(9, '1.2.0', 10),
      ],
      '1.0.0',
      '1.2.0 is live but not known good, 1.1.0 is not known good, 1.0.0 is the newest that is known good',
    ],
  ])('%s', (_name, steps, version, explanation) => {
    const choice = chooseKnownGood(play(steps), time(20));

    expect(choice).toMatchObject({ state: 'chosen', attempt: { version }, explanation });
  });

  test.each<[string, readonly Step[], string]>([
    ['an empty record', [], 'nothing was ever deployed there'],
    ['only verified', verified(1, '1.0.0', 0), '1.0.0 is live but not known good'],
    [
      'quarantined',
      [...good(1, '1.0.0', 0), ['quarantined', 1, '1.0.0', 9]],
      '1.0.0 is live but quarantined (crash-loop)',
    ],
  ])('nothing: %s', (_name, steps, explanation) => {
    expect(chooseKnownGood(play(steps), time(20))).toEqual({ state: 'none', explanation });
  });
});
