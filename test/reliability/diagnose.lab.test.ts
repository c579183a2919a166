import { expect, test } from '@jest/globals';
import { diagnoseRows } from '@slipway/testing/diagnose';
import { runRows } from './diagnose.js';

/** A fixed sample of `npm run reliability -- diagnose`, without its times. */
const sample = [
  'wrong image',
  'crash at start',
  'missing key',
  'failing migration Job',
  'LimitRange',
  'no such service account',
  'another deployment overtakes',
  'another manager holds a field',
  'namespace that is being deleted',
  'API server away in the middle',
  'one crash, and then fine',
  'image pushed late',
];

test('releases end as they must, are told by their cause, and cost no client a request', async () => {
  const rows = diagnoseRows.filter(({ name }) => sample.includes(name));

  const results = await runRows(rows, { isTimed: false, requestsPerSecond: 10 }, () => undefined);

  expect(results.map(({ row }) => row).toSorted()).toEqual(sample.toSorted());
  expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
}, 600_000);
