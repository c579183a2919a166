import { expect, test } from '@jest/globals';
import { formatRolloutTable } from './rollout-table.js';

test('what is not there yet comes first', () => {
  const statuses = new Map([
    ['Service shop/web', { state: 'available', reason: 'Available', message: 'available' }],
    [
      'Deployment shop/web',
      { state: 'in-progress', reason: 'LessUpdated', message: '1\n::error::of\u001b[31m 3' },
    ],
    ['Job shop/seed', { state: 'failed', reason: 'BackoffLimitExceeded', message: 'failed' }],
  ] as const);

  const lines = formatRolloutTable(statuses, { waitedMs: 4700, totalMs: 600_000 });

  expect(lines).toEqual([
    '1 of 3 available, 4 s of 10 min',
    '… Deployment shop/web   1 ::error::of 3',
    '✘ Job shop/seed         failed',
    '✔ Service shop/web      available',
  ]);
});
