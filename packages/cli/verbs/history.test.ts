import { expect, test } from '@jest/globals';
import { emptyState, type ChainLink } from '@slipway/core/release';
import { bundleOf, draft, type Step } from '@slipway/testing/release';
import { formatHistory } from './history.js';

function linkOf(sequence: number, step: Step, more: Partial<ChainLink['event']> = {}): ChainLink {
  return {
    tag: `test.${sequence}`,
    digest: bundleOf(`event ${sequence}`),
    event: {
      ...draft(step),
      sequence,
      actor: 'ada',
      run: { repository: 'example/catalog', id: '7', attempt: 1, url: '' },
      lease: { clusterUid: 'c', leaseUid: 'l', transitions: 0 },
      state: emptyState,
      ...more,
    },
  };
}

test('the ledger is a table, with why in its last column', () => {
  const links = [
    linkOf(1, ['started', 1, '1.2.0', 1]),
    linkOf(2, ['failed', 1, '1.2.0', 2], { cause: { code: 'crash-loop', message: 'it exits' } }),
    linkOf(3, ['quarantined', 1, '1.2.0', 2]),
  ];

  expect(formatHistory(links)).toEqual([
    '#  at (UTC)             event        version  intent  deployment     why',
    '1  2026-01-01 00:01:00  started      1.2.0    deploy  test.00000001',
    '2  2026-01-01 00:02:00  failed       1.2.0    deploy  test.00000001  crash-loop: it exits',
    '3  2026-01-01 00:02:00  quarantined  1.2.0    deploy  test.00000001  crash-loop',
  ]);
});

test('an empty ledger is a header', () => {
  expect(formatHistory([])).toEqual(['#  at (UTC)  event  version  intent  deployment  why']);
});
