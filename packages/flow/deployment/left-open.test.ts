import { expect, test } from '@jest/globals';
import { good, play, type Step } from '@slipway/testing/release';
import { describeLeftOpen } from './left-open.js';

const failing: readonly Step[] = [
  ['started', 9, '1.3.0', 80],
  ['failed', 9, '1.3.0', 81],
];

test.each([
  ['nothing was ever applied', play([]), undefined],
  ['what is live is all there is', play(good(1, '1.2.0', 0)), undefined],
  [
    'a live release that failed',
    play([
      ...good(1, '1.2.0', 0),
      ['started', 9, '1.3.0', 80],
      ['available', 9, '1.3.0', 81],
      ['failed', 9, '1.3.0', 82],
    ]),
    '1.3.0 (failed) is live, and was not taken back',
  ],
  [
    'a live release whose run ended',
    play([
      ...good(1, '1.2.0', 0),
      ['started', 9, '1.3.0', 80],
      ['available', 9, '1.3.0', 81],
      ['abandoned', 9, '1.3.0', 82],
    ]),
    '1.3.0 (abandoned) is live, and was not taken back',
  ],
  [
    'a live release that is yet to be judged',
    play([...good(1, '1.2.0', 0).slice(0, 3)]),
    undefined,
  ],
  ['what was live before', play([...good(1, '1.1.0', 0), ...good(5, '1.2.0', 9)]), undefined],
  [
    'a release that failed, and no other',
    play(failing),
    '1.3.0 (failed) was applied and not taken back',
  ],
  [
    'a release that failed after a good one',
    play([...good(1, '1.2.0', 0), ...failing]),
    '1.3.0 (failed) was applied after 1.2.0, which is live, and not taken back',
  ],
  [
    'the newest of several',
    play([
      ...good(1, '1.2.0', 0),
      ...failing,
      ['started', 12, '1.4.0', 90],
      ['abandoned', 12, '1.4.0', 91],
    ]),
    '1.4.0 (abandoned) was applied after 1.2.0, which is live, and not taken back',
  ],
  [
    'the way back that was begun is no release of its own',
    play([...good(1, '1.2.0', 0), ['started', 12, '1.2.0', 90], ['abandoned', 12, '1.2.0', 91]]),
    undefined,
  ],
])('%s', (_name, state, sentence) => {
  expect(describeLeftOpen(state)).toBe(sentence);
});
