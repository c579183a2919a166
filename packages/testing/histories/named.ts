import {
  bundleOf,
  failing,
  goingBack,
  good,
  unverified,
  verified,
  type Step,
} from '../release/index.js';
import type { History } from './history.js';

const events: readonly Step[] = [
  ...good(1, '1.0.0', 0),
  ...good(5, '1.1.0', 60),
  ...failing(9, '1.2.0', 120),
  ...unverified(12, '1.2.1', 130),
  ...good(15, '1.3.0', 180),
];

/** A person names the version, or its bundle. */
export const named: readonly History[] = [
  {
    name: 'an older version than the last known good',
    events,
    to: '1.0.0',
    returns: '1.0.0',
    because: '1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'the digest of a bundle',
    events,
    to: bundleOf('1.1.0'),
    returns: '1.1.0',
    because: '1.1.0 was good for 1 h 10 min: chosen',
  },
  {
    name: 'a quarantined version',
    events,
    to: '1.2.0',
    because: '1.2.0 is quarantined (crash-loop)',
  },
  {
    name: 'a quarantined version that never ran, with a reason',
    events,
    to: '1.2.0',
    override: true,
    because: '1.2.0 is quarantined (crash-loop)',
  },
  {
    name: 'a version that was fled by hand',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...goingBack([5, '1.1.0'], 9, '1.0.0', 120),
    ],
    to: '1.1.0',
    because: '1.1.0 is quarantined (by hand)',
  },
  {
    name: 'a version that was fled by hand, with a reason: the rollback is rolled back',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...goingBack([5, '1.1.0'], 9, '1.0.0', 120),
    ],
    to: '1.1.0',
    override: true,
    returns: '1.1.0',
    because: '1.1.0 is quarantined (by hand), which the override lets pass: chosen',
  },
  {
    name: 'a version that did not pass its verification',
    events,
    to: '1.2.1',
    because: '1.2.1 failed verification (smoke-test-failed)',
  },
  {
    name: 'a version that did not pass its verification, with a reason',
    events,
    to: '1.2.1',
    override: true,
    returns: '1.2.1',
    because: '1.2.1 failed verification (smoke-test-failed), which the override lets pass: chosen',
  },
  {
    name: 'the version that is being left',
    events,
    to: '1.3.0',
    because: '1.3.0 is being left',
  },
  {
    name: 'the version that is being left, with a reason',
    events,
    to: '1.3.0',
    override: true,
    because: '1.3.0 is being left',
  },
  {
    name: 'a version that the ledger does not know',
    events,
    to: '9.9.9',
    because: 'the ledger knows no bundle 9.9.9',
  },
  {
    name: 'a version whose soak is not over',
    events: [...good(1, '1.0.0', 0), ...verified(5, '1.1.0', 60), ...verified(8, '1.2.0', 90)],
    to: '1.1.0',
    returns: '1.1.0',
    because: '1.1.0 was verified and live for 30 min: chosen',
  },
  {
    name: 'a version with two bundles: the newer of them',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.0.0', 60, { bundle: bundleOf('1.0.0, other settings') }),
      ...good(9, '1.1.0', 180),
    ],
    to: '1.0.0',
    returns: '1.0.0',
    because: '1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'a version with two bundles, the newer of which is being left',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.0.0', 60, { bundle: bundleOf('1.0.0, other settings') }),
    ],
    to: '1.0.0',
    returns: '1.0.0',
    because: '1.0.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
];
