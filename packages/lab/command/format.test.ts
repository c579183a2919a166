import { expect, test } from '@jest/globals';
import { formatStatus } from './format.js';

test('the status of a lab, a paragraph for each part', () => {
  const text = formatStatus({
    folder: '/lab',
    owners: [{ kind: 'kept' }, { kind: 'process', pid: 7, startTicks: '99' }],
    parts: [
      {
        part: 'registry:candidates',
        state: 'dead',
        facts: { host: '10.64.0.1:20000' },
        processes: [{ name: 'registry', pid: 12, startTicks: '100', isRunning: false }],
        logs: '/lab/parts/registry-candidates/log',
      },
    ],
  });

  expect(text).toBe(`lab in /lab, kept, process 7

registry:candidates: dead
  host: 10.64.0.1:20000
  processes: registry (ended)
  logs: /lab/parts/registry-candidates/log`);
});

test('the status of no lab', () => {
  expect(formatStatus({ folder: '/lab', owners: [], parts: [] })).toBe(
    'no part of the lab runs (/lab)',
  );
});
