import { failing, goingBack, good, stuck, unverified, verified } from '../release/index.js';
import type { History } from './history.js';

/** Verified is not known good: that takes the soak. */
export const soaking: readonly History[] = [
  {
    name: 'automatic: back to what was live and verified, though its soak is not over',
    events: [...good(1, '1.0.0', 0), ...verified(5, '1.1.0', 60), ...failing(8, '1.2.0', 61)],
    wasLive: 5,
    now: 62,
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was verified and live for 2 min: chosen',
  },
  {
    name: 'automatic: also where it was superseded in the meantime',
    events: [
      ...good(1, '1.0.0', 0),
      ...verified(5, '1.1.0', 60),
      ['started', 8, '1.2.0', 90],
      ['available', 8, '1.2.0', 90],
      ['superseded', 5, '1.1.0', 90],
      ['failed', 8, '1.2.0', 91, { reason: 'smoke-test-failed' }],
    ],
    wasLive: 5,
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was verified and live for 30 min: chosen',
  },
  {
    name: 'automatic: a release that does not hold its soak',
    events: [
      ...good(1, '1.0.0', 0),
      ...verified(5, '1.1.0', 60),
      ['failed', 5, '1.1.0', 65, { reason: 'soak-failed' }],
    ],
    wasLive: 1,
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'automatic: what was live did not hold its soak itself',
    events: [
      ...good(1, '1.0.0', 0),
      ...verified(5, '1.1.0', 60),
      ['failed', 5, '1.1.0', 65, { reason: 'soak-failed' }],
      ...failing(9, '1.2.0', 70),
    ],
    wasLive: 5,
    returns: '1.0.0',
    because: '1.2.0 is being left, 1.1.0 did not hold its soak, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'automatic: what was live did not pass its verification',
    events: [...good(1, '1.0.0', 0), ...unverified(5, '1.1.0', 60), ...failing(8, '1.2.0', 70)],
    wasLive: 5,
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 failed verification (smoke-test-failed), 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'by hand: what is verified waits for its soak, and is no way back yet',
    events: [...good(1, '1.8.0', 0), ...verified(5, '1.9.0', 60), ...stuck(8, '2.0.0', 70)],
    returns: '1.8.0',
    because:
      '2.0.0 is being left, 1.9.0 is verified, but its soak is not over, 1.8.0 was good for 1 h: chosen',
  },
  {
    name: 'by hand, nothing known good: the one that was healthy longest',
    events: [
      ...verified(1, '1.0.0', 0),
      ...verified(4, '1.1.0', 60),
      ['superseded', 1, '1.0.0', 60],
      ...verified(8, '1.2.0', 65),
      ['superseded', 4, '1.1.0', 65],
    ],
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 was replaced before its soak was over, after 5 min, nothing else is known good; 1.0.0 was healthy longest, for 1 h: chosen',
  },
  {
    name: 'a run that was killed before it could say superseded',
    events: [
      ...verified(1, '1.0.0', 0),
      ['started', 4, '1.1.0', 60],
      ['available', 4, '1.1.0', 60],
      ['abandoned', 4, '1.1.0', 61],
    ],
    returns: '1.0.0',
    because:
      '1.1.0 is being left, nothing else is known good; 1.0.0 was healthy longest, for 1 h: chosen',
  },
  {
    name: 'the time in which it did not work is not counted',
    events: [
      ...verified(1, '1.0.0', 0),
      ...unverified(4, '1.1.0', 60),
      ...verified(7, '1.2.0', 3000),
      ...verified(10, '1.1.0', 3010),
      ['superseded', 7, '1.2.0', 3010],
      ...verified(14, '1.3.0', 3015),
      ['superseded', 10, '1.1.0', 3015],
      ['superseded', 1, '1.0.0', 3015],
    ],
    returns: '1.0.0',
    because:
      '1.3.0 is being left, 1.1.0 was replaced before its soak was over, after 5 min, 1.2.0 was replaced before its soak was over, after 10 min, nothing else is known good; 1.0.0 was healthy longest, for 1 h: chosen',
  },
  {
    name: 'failed verification, quarantined, good for days: every step is told',
    events: [
      ...good(1, '1.8.0', 0),
      ...failing(5, '1.8.1', 8880),
      ...unverified(8, '1.8.2', 8880),
      ...verified(11, '1.8.3', 8890),
    ],
    returns: '1.8.0',
    because:
      '1.8.3 is being left, 1.8.2 failed verification (smoke-test-failed), 1.8.1 is quarantined (crash-loop), 1.8.0 was good for 6 d 4 h: chosen',
  },
  {
    name: 'once known good, always: also where it is verified again and its soak is not over',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...verified(9, '1.0.0', 120, { intent: 'redeploy' }),
      ...stuck(12, '1.2.0', 150),
    ],
    returns: '1.0.0',
    now: 150,
    because: '1.2.0 is being left, 1.0.0 was good for 1 h 30 min: chosen',
  },
  {
    name: 'a return that proved itself is as good as a deployment',
    events: [
      ...verified(1, '1.0.0', 0),
      ...unverified(4, '1.1.0', 60),
      ...goingBack([4, '1.1.0'], 8, '1.0.0', 62),
      ['known-good', 8, '1.0.0', 70],
      ...good(14, '1.2.0', 80),
    ],
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (by hand), 1.0.0 was good for 1 h 18 min: chosen',
  },
];
