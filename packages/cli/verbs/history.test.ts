import { describe, expect, test } from '@jest/globals';
import { tellDeployments } from '@slipway/core/release';
import { chainOf, good, time, type Step } from '@slipway/testing/release';
import { explainVersion, formatStories } from './explain.js';
import { formatHistory } from './history.js';

const now = '2026-01-01T02:00:00.000Z';
const story: readonly Step[] = [
  ...good(1, '1.0.0', 0),
  ['started', 5, '1.1.0', 30],
  ['failed', 5, '1.1.0', 31, { reason: 'crash-loop' }],
  ['quarantined', 5, '1.1.0', 31],
];
const held = chainOf([
  ...story,
  { kind: 'hold', reason: 'black friday', at: time(40), actor: 'ada' },
]);

describe('formatHistory', () => {
  test('a line for each deployment and decision, newest first, with who and why', () => {
    expect(formatHistory(held, now)).toEqual([
      '   at (UTC)             version  what    outcome              live for  by                             why',
      '   2026-01-01 00:40:00           hold                                   ada, run 4711 of shop/catalog  black friday',
      '   2026-01-01 00:30:00  1.1.0    deploy  failed, quarantined            ada, run 4711 of shop/catalog  crash-loop',
      '*  2026-01-01 00:00:00  1.0.0    deploy  known-good           2 h       ada, run 4711 of shop/catalog',
    ]);
  });

  test('the chain is the order, whatever the clocks of its writers said; a reason stays on its line', () => {
    const lines = formatHistory(
      chainOf([
        { kind: 'hold', reason: 'black friday,\n  and the day after', at: time(90), actor: 'ada' },
        ...good(2, '1.0.0', 60),
        { kind: 'release-hold', at: time(30), actor: 'eve' },
      ]),
      now,
    );

    expect(lines.slice(1).map((line) => line.slice(3, 38))).toEqual([
      '2026-01-01 00:30:00           relea',
      '2026-01-01 01:00:00  1.0.0    deplo',
      '2026-01-01 01:30:00           hold ',
    ]);
    expect(lines.at(-1)).toMatch(/ {2}black friday, and the day after$/);
  });

  test('an empty ledger is a header', () => {
    expect(formatHistory([], now)).toHaveLength(1);
  });
});

describe('explainVersion', () => {
  const explain = (version: string): readonly string[] => {
    const stories = tellDeployments(held).filter((each) => each.version === version);
    const state = held.at(-1)?.event.state;
    if (state === undefined) throw new Error('no events');
    return explainVersion(stories, state, now);
  };

  test('what is live and good', () => {
    expect(explain('1.0.0')).toEqual([
      'It is live.',
      'It was live for 2 h.',
      'It is known good since 2026-01-01 00:01:00.',
      'Deployments are held by ada: black friday.',
      'A rollback can go to it: 1.0.0 was good for 2 h: chosen.',
    ]);
  });

  test('what failed', () => {
    expect(explain('1.1.0')).toEqual([
      'It was never live here.',
      'It is not known good: failed, crash-loop.',
      'It is quarantined since 2026-01-01 00:31:00 (crash-loop): only override-reason deploys it again.',
      'Deployments are held by ada: black friday.',
      'A rollback does not go to it: 1.1.0 is being left.',
    ]);
  });

  test('its events, with their time', () => {
    const lines = formatStories(tellDeployments(held).filter(({ version }) => version === '1.1.0'));

    expect(lines[1]).toBe(
      'test.00000005: deploy by ada, run 4711 of shop/catalog (https://example.com/4711)',
    );
    expect(lines.slice(-3)).toEqual([
      '  2026-01-01 00:30:00  started',
      '  2026-01-01 00:31:00  failed: crash-loop: it does not work',
      '  2026-01-01 00:31:00  quarantined: crash-loop',
    ]);
  });
});
