import {
  failing,
  goingBack,
  good,
  time,
  unverified,
  verified,
  type Step,
} from '../release/index.js';
import type { History } from './history.js';

/** What ran before Slipway came: adopted in minute 0, and it ran for some days before. */
const adopted = (days = 10): Step => ['adopted', 1, '1.0.0', 0, { since: time(-1440 * days) }];

/** A service that already ran when its first deployment came. */
export const adoptedServices: readonly History[] = [
  {
    name: 'adopted, and the first deployment fails',
    events: [adopted(), ...failing(2, '1.1.0', 1)],
    wasLive: 1,
    now: 2,
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 ran here before Slipway, for 10 d: chosen',
  },
  {
    name: 'adopted, and the first deployment does not pass its verification',
    events: [
      adopted(),
      ['started', 2, '1.1.0', 1],
      ['available', 2, '1.1.0', 1],
      ['superseded', 1, '1.0.0', 1],
      ['failed', 2, '1.1.0', 2],
    ],
    wasLive: 1,
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 ran here before Slipway, for 10 d: chosen',
  },
  {
    name: 'adopted, and a person does not like the first deployment',
    events: [adopted(), ...good(2, '1.1.0', 1)],
    returns: '1.0.0',
    because:
      '1.1.0 is being left, nothing else is known good; 1.0.0, which ran here before Slipway, was healthy longest, for 10 d: chosen',
  },
  {
    name: 'adopted, then known good: what proved itself counts more than what only ran',
    events: [adopted(), ...good(2, '1.1.0', 60), ...good(6, '1.2.0', 120)],
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 1 h: chosen',
  },
  {
    name: 'adopted days ago, and what came next was replaced within minutes',
    events: [
      adopted(),
      ...verified(2, '1.1.0', 60),
      ['superseded', 1, '1.0.0', 60],
      ...verified(6, '1.2.0', 65),
      ['superseded', 2, '1.1.0', 65],
    ],
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 was replaced before its soak was over, after 5 min, nothing else is known good; 1.0.0, which ran here before Slipway, was healthy longest, for 10 d 1 h: chosen',
  },
  {
    name: 'adopted a moment after somebody had installed it: a day of the next counts more',
    events: [
      adopted(0),
      ...verified(2, '1.1.0', 60),
      ['superseded', 1, '1.0.0', 60],
      ...verified(6, '1.2.0', 1500),
      ['superseded', 2, '1.1.0', 1500],
    ],
    returns: '1.1.0',
    because:
      '1.2.0 is being left, nothing else is known good; 1.1.0 was healthy longest, for 1 d: chosen',
  },
  {
    name: 'only adopted: there is nowhere else',
    events: [adopted()],
    because: '1.0.0 is being left',
  },
  {
    name: 'adopted, gone back to by hand, and the next deployment fails',
    events: [
      adopted(),
      ...good(2, '1.1.0', 60),
      ...goingBack([2, '1.1.0'], 7, '1.0.0', 120),
      ...failing(12, '1.2.0', 180),
    ],
    wasLive: 7,
    now: 180,
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (by hand), 1.0.0 ran here before Slipway, for 10 d 2 h: chosen',
  },
  {
    name: 'adopted by name',
    events: [adopted(), ...good(2, '1.1.0', 60), ...good(6, '1.2.0', 120)],
    to: '1.0.0',
    returns: '1.0.0',
    because: '1.0.0 ran here before Slipway, for 10 d 1 h: chosen',
  },
  {
    name: 'adopted, and the deployment after the first good one is stuck',
    events: [adopted(), ...good(2, '1.1.0', 60), ...unverified(6, '1.2.0', 120)],
    wasLive: 2,
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 1 h: chosen',
  },
];
