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

/** Where other tools answer wrongly (facts/releases.md). */
export const otherTools: readonly History[] = [
  {
    name: 'two failed in a row: kubectl rollout undo lands on the first of them (H1)',
    events: [...good(1, '1.0.0', 0), ...failing(5, '2.0.0', 60), ...failing(8, '3.0.0', 70)],
    wasLive: 1,
    returns: '1.0.0',
    now: 120,
    because:
      '3.0.0 is being left, 2.0.0 is quarantined (crash-loop), 1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'good, bad, bad, by hand and without a quarantine (thefrontside/playhouse#8)',
    events: [...good(1, '1.0.0', 0), ...unverified(5, '2.0.0', 60), ...unverified(8, '3.0.0', 70)],
    returns: '1.0.0',
    because:
      '3.0.0 is being left, 2.0.0 failed verification (smoke-test-failed), 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'undo twice does not come back to what was fled (website#6921)',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...goingBack([5, '1.1.0'], 9, '1.0.0', 120),
    ],
    because: '1.1.0 is quarantined (by hand), 1.0.0 is being left',
  },
  {
    name: 'undo twice goes further back, not forth',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...good(9, '1.2.0', 120),
      ...goingBack([9, '1.2.0'], 13, '1.1.0', 180),
    ],
    returns: '1.0.0',
    because: '1.2.0 is quarantined (by hand), 1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'more failures than kubectl keeps revisions (revisionHistoryLimit, H1)',
    events: [
      ...good(1, '1.0.0', 0),
      ...Array.from({ length: 30 }, (_, index) =>
        failing(5 + 3 * index, '2.0.0', 60 + index),
      ).flat(),
    ],
    returns: '1.0.0',
    now: 120,
    because: '2.0.0 is being left, 1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'helm rollback: current minus one is the one that failed (H3 a)',
    events: [...good(1, '1.0.0', 0), ...failing(5, '1.1.0', 60), ...good(8, '1.2.0', 120)],
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (crash-loop), 1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'a failed rollback does not make what failed a way back (Helm rewrites it to superseded, H3 c)',
    events: [
      ...good(1, '1.0.0', 0),
      ...unverified(5, '1.1.0', 60),
      ['quarantined', 5, '1.1.0', 61],
      ['started', 9, '1.0.0', 62, { intent: 'rollback' }],
      ['failed', 9, '1.0.0', 63, { intent: 'rollback', reason: 'unschedulable' }],
      ...unverified(12, '1.2.0', 70),
    ],
    wasLive: 5,
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 is quarantined (crash-loop), 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'a failed rollback is tried again to the same place, by hand',
    events: [
      ...good(1, '1.0.0', 0),
      ...unverified(5, '1.1.0', 60),
      ['quarantined', 5, '1.1.0', 61],
      ['started', 9, '1.0.0', 62, { intent: 'rollback' }],
      ['failed', 9, '1.0.0', 63, { intent: 'rollback', reason: 'unschedulable' }],
    ],
    returns: '1.0.0',
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'superseded says nothing about health (H3 b): the older that is known good wins',
    events: [
      ...good(1, '1.0.0', 0),
      ...verified(5, '1.1.0', 60),
      ...verified(8, '1.2.0', 65),
      ['superseded', 5, '1.1.0', 65],
    ],
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 was replaced before its soak was over, after 5 min, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'deployed without having been verified (Helm: hookOnly, H3 d)',
    events: [
      ...good(1, '1.0.0', 0),
      ['started', 5, '1.1.0', 60],
      ['available', 5, '1.1.0', 60],
      ['abandoned', 5, '1.1.0', 61],
      ...failing(8, '1.2.0', 70),
    ],
    wasLive: 5,
    returns: '1.0.0',
    because:
      '1.2.0 is being left, 1.1.0 was abandoned before it was verified, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'a first deployment that fails is not undone (Helm uninstalls, H3 e)',
    events: failing(1, '1.0.0', 0),
    because: '1.0.0 is being left',
  },
  {
    name: 'a cancelled run leaves no pending release that blocks the way (H4)',
    events: [...good(1, '1.0.0', 0), ['started', 5, '1.1.0', 60], ['abandoned', 5, '1.1.0', 61]],
    returns: '1.0.0',
    now: 60,
    because: '1.1.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'N revisions back would be one that was fled (Spinnaker)',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.1.0', 60),
      ...goingBack([5, '1.1.0'], 9, '1.0.0', 120),
      ...good(14, '1.2.0', 180),
    ],
    returns: '1.0.0',
    because: '1.2.0 is being left, 1.1.0 is quarantined (by hand), 1.0.0 was good for 2 h: chosen',
  },
  {
    name: 'a hotfix of an older line: the order of deployment counts, not that of numbers (Octopus, H11)',
    events: [...good(1, '1.2.3', 0), ...good(5, '1.3.0', 60), ...good(9, '1.2.4', 120)],
    returns: '1.3.0',
    because: '1.2.4 is being left, 1.3.0 was good for 1 h: chosen',
  },
  {
    name: 'a hotfix of an older line that fails goes back to what was live (H11)',
    events: [...good(1, '1.2.3', 0), ...good(5, '1.3.0', 60), ...failing(9, '1.2.4', 120)],
    wasLive: 5,
    now: 120,
    returns: '1.3.0',
    because: '1.2.4 is being left, 1.3.0 was good for 1 h: chosen',
  },
  {
    name: 'an older version is no obstacle for a rollback (GitLab: outdated deployment jobs, H19)',
    events: [...good(1, '1.0.0', 0), ...good(5, '2.0.0', 60)],
    returns: '1.0.0',
    because: '2.0.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'configuration goes back with the image (H9)',
    events: [
      ...good(1, '1.0.0', 0),
      ...good(5, '1.0.0', 60, { bundle: bundleOf('1.0.0, other settings') }),
    ],
    returns: '1.0.0',
    because: '1.0.0 is being left, 1.0.0 was good for 1 h: chosen',
  },
  {
    name: 'automation does not ship the bad version again (Kargo without a hold, H6)',
    events: [...good(1, '1.0.0', 0), ...failing(5, '1.1.0', 60), ...failing(8, '1.1.0', 70)],
    to: '1.1.0',
    leaving: '1.2.0',
    because: '1.1.0 is quarantined (crash-loop)',
  },
  {
    name: 'several successes at once: only one is the newest (GitHub Deployments, H24)',
    events: [...good(1, '1.0.0', 0), ...good(5, '1.1.0', 60), ...failing(9, '1.2.0', 120)],
    wasLive: 5,
    now: 180,
    returns: '1.1.0',
    because: '1.2.0 is being left, 1.1.0 was good for 2 h: chosen',
  },
  {
    name: 'the image of the way back serves another bundle as well',
    events: [
      ...good(1, '1.0.0', 0),
      ...failing(5, '1.0.0', 60, {
        bundle: bundleOf('1.0.0, other settings'),
        image: imageOf('1.0.0'),
      }),
    ],
    wasLive: 1,
    now: 60,
    returns: '1.0.0',
    because: '1.0.0 is quarantined (crash-loop), 1.0.0 was good for 1 h: chosen',
    leaving: 'another',
  },
];
