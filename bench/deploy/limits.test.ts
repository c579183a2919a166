import { expect, test } from '@jest/globals';
import { judgeResult } from './limits.js';

test.each([
  ['one that takes long may take a tenth more', 1, 20_000, 22_000],
  ['one that is quick may take a second and a half more', 1, 3000, 4500],
  ['ten may take no longer', 10, 6000, 6000],
  ['fifty may take no longer', 50, 20_000, 20_000],
])('%s', (_name, workloads, kubectl, limit) => {
  const judged = judgeResult({ workloads, change: 'good', wallMs: { ours: limit / 2, kubectl } });

  expect(judged).toMatchObject({ ours: limit / 2, peers: { kubectl }, limit, ratio: 0.5 });
});

test('a case says what it is of', () => {
  const wallMs = { ours: 1, kubectl: 1 };

  expect(judgeResult({ workloads: 1, change: 'unchanged', wallMs }).name).toBe(
    '1 workload, unchanged, time',
  );
  expect(judgeResult({ workloads: 10, change: 'good', wallMs }).name).toBe(
    '10 workloads, good, time',
  );
});
