import { expect, test } from '@jest/globals';
import { ClusterError } from '@slipway/io/cluster';
import { isOverloaded } from './overloaded.js';

test.each([
  [429, true],
  [500, true],
  [504, true],
  [403, false],
  [422, false],
  [undefined, false],
])('an answer of %s', (status, expected) => {
  const more = status === undefined ? {} : { status };

  expect(isOverloaded(new ClusterError('cluster-refused', 'no', more))).toBe(expected);
  expect(isOverloaded(new Error('no'))).toBe(false);
});
