import {
  bundleOf,
  failing,
  goingBack,
  good,
  imageOf,
  unverified,
  verified,
} from '../release/index.js';
import type { History } from './history.js';

const oldSettings = { bundle: bundleOf('1.1.0, old settings'), image: imageOf('1.1.0') };
const newSettings = { bundle: bundleOf('1.1.0, new settings'), image: imageOf('1.1.0') };

/** What is forbidden, what the image of it has to do with it, and how the ban ends. */
export const quarantined: readonly History[] = [
  {
    name: 'known good, then fled by hand: it does not count any more',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...goingBack([5, '1.1.0'], 9, '1.0.0', 120),
      ...failing(14, '1.2.0', 180),
    ],
    returns: '1.0.0',
    now: 180,
    because: '1.2.0 is being left, 1.1.0 is quarantined (by hand), 1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'the image of a failure is forbidden in every bundle',
    events: [
      ...good(1, '1.0.0', 0),
      ...unverified(5, '1.1.0', 60, oldSettings),
      ...failing(8, '1.1.0', 70, newSettings),
      ...good(11, '1.2.0', 80),
    ],
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (crash-loop), 1.1.0 is quarantined (crash-loop), 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'new settings that fail do not forbid an image that is known good with the old ones',
    events: [
      ...good(1, '1.1.0', 0, oldSettings),
      ...failing(5, '1.1.0', 60, newSettings),
      ...good(8, '1.2.0', 70),
    ],
    returns: '1.1.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (crash-loop), 1.1.0 was good for 1 h 10 min: chosen',
  },
  {
    name: 'nor one that is verified with the old ones and waits for its soak',
    events: [
      ...good(1, '1.0.0', 0),
      ...verified(5, '1.1.0', 60, oldSettings),
      ...failing(8, '1.1.0', 70, newSettings),
      ...failing(11, '1.2.0', 80),
    ],
    wasLive: 5,
    now: 90,
    returns: '1.1.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (crash-loop), 1.1.0 was verified and live for 30 min: chosen',
  },
  {
    name: 'nor one that was adopted',
    events: [
      ['adopted', 1, '1.1.0', 0, oldSettings],
      ...failing(2, '1.1.0', 60, newSettings),
      ...failing(5, '1.2.0', 70),
    ],
    wasLive: 1,
    now: 120,
    returns: '1.1.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (crash-loop), 1.1.0 ran here before Slipway, for 2 h: chosen',
  },
  {
    name: 'two bundles of a bad image, known good both, and both fled',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60, oldSettings),
      ...good(9, '1.1.0', 120, newSettings),
      ['quarantined', 9, '1.1.0', 130, { ...newSettings, reason: 'by hand' }],
      ['quarantined', 5, '1.1.0', 131, { ...oldSettings, reason: 'by hand' }],
    ],
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.1.0 is quarantined (by hand), 1.0.0 was good for 1 h: chosen',
    leaving: '1.1.0, new settings',
  },
  {
    name: 'a ban ends when the bundle is deployed with a reason and proves good',
    events: [
      ...good(1, '1.0.0', 0),
      ...failing(5, '1.1.0', 60),
      ...good(8, '1.1.0', 70),
      ...failing(12, '1.2.0', 130),
    ],
    wasLive: 8,
    now: 130,
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 1 h: chosen',
  },
  {
    name: 'a ban of the image ends with the proof of another bundle',
    events: [
      ...good(1, '1.0.0', 0),
      ...unverified(5, '1.1.0', 60, oldSettings),
      ['quarantined', 5, '1.1.0', 61, oldSettings],
      ...good(9, '1.1.0', 70, newSettings),
      ...good(13, '1.2.0', 130),
    ],
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 1 h: chosen',
  },
  {
    name: 'a ban does not end with the verification alone',
    events: [
      ...good(1, '1.0.0', 0),
      ...failing(5, '1.1.0', 60),
      ...verified(8, '1.1.0', 70),
      ...failing(11, '1.2.0', 80),
    ],
    wasLive: 8,
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (crash-loop), 1.0.0 was good for 1 h 10 min: chosen',
  },
  {
    name: 'everything else is forbidden',
    events: [...failing(1, '1.0.0', 0), ...good(4, '1.1.0', 10), ...failing(8, '1.2.0', 20)],
    leaving: '1.1.0',
    because:
      '1.2.0 is quarantined (crash-loop), 1.1.0 is being left, 1.0.0 is quarantined (crash-loop)',
  },
  {
    name: 'the reason is cut where it is very long, the ban is not',
    events: [
      ...good(1, '1.0.0', 0),
      ...failing(5, '1.1.0', 60, { reason: `crash-loop ${'x'.repeat(400)}` }),
      ...good(8, '1.2.0', 120),
    ],
    returns: '1.0.0',
    because: `1.2.0 is being left, 1.1.0 is quarantined (crash-loop ${'x'.repeat(288)}…), 1.0.0 was good for 2 h: chosen`,
  },
];
