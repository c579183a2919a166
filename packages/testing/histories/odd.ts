import type { AttemptOutcome, Intent } from '@slipway/core/release';
import { failing, goingBack, good, stuck, time, verified, type Step } from '../release/index.js';
import type { History } from './history.js';

/** An outcome of a later version, as it comes out of JSON. */
const paused = JSON.parse('"paused"') as AttemptOutcome;
const restore = JSON.parse('"restore"') as Intent;

const times = (count: number, steps: (index: number) => readonly Step[]): readonly Step[] =>
  Array.from({ length: count }, (_, index) => steps(index)).flat();

/** Unfinished, repeated, forgotten, held, of later versions, and by clocks that are wrong. */
export const odd: readonly History[] = [
  {
    name: 'nothing was ever deployed',
    events: [],
    leaving: '1.0.0',
    because: 'nothing else was ever live here',
  },
  {
    name: 'the first deployment is in progress',
    events: [['started', 1, '1.0.0', 0]],
    because: '1.0.0 is being left',
  },
  {
    name: 'another one is in progress',
    events: [...good(1, '1.0.0', 0), ...good(5, '1.1.0', 60), ['started', 9, '1.2.0', 120]],
    leaving: '1.1.0',
    returns: '1.0.0',
    because: '1.2.0 is in progress, 1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'another one is available, and not verified yet',
    events: [...good(1, '1.0.0', 0), ['started', 5, '1.1.0', 60], ['available', 5, '1.1.0', 60]],
    leaving: '1.2.0',
    returns: '1.0.0',
    because: '1.1.0 is available, but not verified yet, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'two that were abandoned one after the other',
    events: [
      ...good(1, '1.0.0', 0),
      ['started', 5, '1.1.0', 60],
      ['abandoned', 5, '1.1.0', 61],
      ['started', 7, '1.2.0', 62],
      ['abandoned', 7, '1.2.0', 63],
    ],
    now: 120,
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 was abandoned before it became available, 1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'a rollback that was cut off goes on to the same place',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ['quarantined', 5, '1.1.0', 120, { reason: 'by hand' }],
      ['started', 10, '1.0.0', 120, { intent: 'rollback' }],
      ['abandoned', 10, '1.0.0', 121, { intent: 'rollback' }],
    ],
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'a rollback of a rollback goes further back',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...good(9, '1.2.0', 120),
      ...goingBack([9, '1.2.0'], 14, '1.1.0', 180),
      ...goingBack([14, '1.1.0'], 20, '1.0.0', 240),
    ],
    because: '1.2.0 is quarantined (by hand), 1.1.0 is quarantined (by hand), 1.0.0 is being left',
  },
  {
    name: 'going back to a release does not make it newer than what came after it',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...failing(9, '1.2.0', 120),
      ...verified(20, '1.0.0', 122, { intent: 'rollback' }),
      ['known-good', 20, '1.0.0', 123, { intent: 'rollback' }],
      ...good(30, '1.3.0', 180),
    ],
    returns: '1.1.0',
    because:
      '1.3.0 is being left, 1.2.0 is quarantined (crash-loop), 1.1.0 was good for 1 h 2 min: chosen',
  },
  {
    name: 'an older release that is deployed again is the newest',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...good(9, '1.0.0', 120),
      ...good(13, '1.2.0', 180),
    ],
    returns: '1.0.0',
    because: '1.2.0 is being left, 1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'a try to deploy an older release again does not make it the newest',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ['started', 9, '1.0.0', 120],
      ['failed', 9, '1.0.0', 121, { reason: 'registry-unreachable' }],
      ...good(11, '1.2.0', 180),
    ],
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 2 h: chosen',
  },
  {
    name: 'what is live fails when it is deployed again',
    events: [...good(1, '1.0.0', 0), ...good(5, '1.1.0', 60), ...failing(9, '1.1.0', 120)],
    wasLive: 5,
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'what is live was deployed again so often that others could be forgotten',
    events: [
      ...good(1, '1.0.0', 0),
      ...times(40, (index) => good(5 + 4 * index, '1.1.0', 60 + index, { intent: 'redeploy' })),
    ],
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'as many known-good ones were fled as are remembered',
    events: [
      ...good(1, '1.0.0', 0),
      ...times(6, (index) => [
        ...good(10 + 10 * index, `1.${1 + index}.0`, 60 + 10 * index),
        [
          'quarantined',
          10 + 10 * index,
          `1.${1 + index}.0`,
          65 + 10 * index,
          { reason: 'by hand' },
        ],
      ]),
      ...times(30, (index) => stuck(100 + 3 * index, `2.0.${index}`, 200 + index)),
      ...good(300, '3.0.0', 300),
    ],
    returns: '1.0.0',
    because: [
      '3.0.0 is being left',
      ...Array.from(
        { length: 19 },
        (_, index) => `2.0.${29 - index} never became available (crash-loop)`,
      ),
      '1.0.0 was good for 1 h: chosen',
    ].join(', '),
  },
  {
    name: 'the one that was healthy longest is never forgotten',
    events: [
      ...verified(1, '1.0.0', 0),
      ...times(30, (index) => verified(10 + 3 * index, `1.1.${index}`, 600 + index)),
    ],
    returns: '1.0.0',
    because: [
      '1.1.29 is being left',
      ...Array.from(
        { length: 19 },
        (_, index) => `1.1.${28 - index} was replaced before its soak was over, after 1 min`,
      ),
      'nothing else is known good; 1.0.0 was healthy longest, for 10 h: chosen',
    ].join(', '),
  },
  {
    name: 'a hold stops deployments, not the way back',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      { kind: 'hold', reason: 'sale', actor: 'ada', at: time(61) },
    ],
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'a hold that was released',
    events: [
      ...good(1, '1.0.0', 0),
      { kind: 'hold', reason: 'sale', actor: 'ada', at: time(61) },
      { kind: 'release-hold', actor: 'ada', at: time(62) },
      ...failing(7, '1.1.0', 63),
    ],
    wasLive: 1,
    now: 60,
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'what became of an attempt is told by a later version',
    events: [...good(1, '1.0.0', 0), ...verified(5, '1.1.0', 60), ...verified(8, '1.2.0', 90)],
    alter: (state) => ({
      ...state,
      attempts: state.attempts.map((attempt) =>
        attempt.version === '1.1.0' ? { ...attempt, outcome: paused } : attempt,
      ),
    }),
    returns: '1.0.0',
    because: '1.2.0 is being left, 1.1.0 is paused, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'why a release was made live is told by a later version',
    events: [...good(1, '1.0.0', 0), ...good(5, '1.1.0', 60), ...good(9, '1.2.0', 120)],
    alter: (state) => ({
      ...state,
      attempts: state.attempts.map((attempt) => ({ ...attempt, intent: restore })),
    }),
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 1 h: chosen',
  },
  {
    name: 'the clock of one machine is behind: the order of the events counts',
    events: [...good(1, '1.0.0', 600), ...good(5, '1.1.0', 0), ...good(9, '1.2.0', 30)],
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 30 min: chosen',
  },
  {
    name: 'the clock of one machine is behind: nothing was good for less than nothing',
    events: [...good(1, '1.0.0', 600), ...good(5, '1.1.0', 0)],
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 0 s: chosen',
  },
  {
    name: 'the clock of who asks is behind',
    events: [...good(1, '1.0.0', 600), ...failing(5, '1.1.0', 601)],
    wasLive: 1,
    now: 0,
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 0 s: chosen',
  },
];
