import { expect, test } from '@jest/globals';
import { bundleOf } from '@slipway/testing/release';
import { judgeUnacknowledged, type Belief } from './index.js';

const certain = bundleOf('e9');
const other = bundleOf('other');
const follows = { conflict: 'it does not follow the last event that the Lease acknowledged' };

function lease(transitions: number, leaseUid = 'l') {
  return { clusterUid: 'c', leaseUid, transitions };
}

/** The acknowledged event was written under count 3; who asks holds the Lease under count 5. */
test.each<[string, ReturnType<typeof lease>, typeof certain, Belief]>([
  ['by the one who died before he could acknowledge it', lease(4), certain, 'believed'],
  ['by the same holder as the one before', lease(3), certain, 'believed'],
  ['by ourselves, in a request whose answer was lost', lease(5), certain, 'believed'],
  ['under another Lease, that followed', lease(0, 'deleted'), certain, 'believed'],
  ['by one who was paused, over another history', lease(2), other, 'late'],
  ['by an earlier holder than the one before, though he names it', lease(2), certain, 'late'],
  ['by the one before us, over another history', lease(4), other, 'late'],
  ['by a later holder', lease(6), certain, { conflict: 'a later holder of the Lease wrote it' }],
  [
    'by a later holder, elsewhere',
    lease(6),
    other,
    { conflict: 'a later holder of the Lease wrote it' },
  ],
  ['with our own count, over another history', lease(5), other, follows],
  ['under another Lease, over another history', lease(0, 'elsewhere'), other, follows],
])('%s', (_name, writer, previous, expected) => {
  const before = { digest: certain, event: { lease: lease(3) } };

  expect(judgeUnacknowledged(before, { previous, lease: writer }, lease(5))).toEqual(expected);
});
