import { expect, test } from '@jest/globals';
import type { LedgerResult } from './cases.js';
import { judgeResults } from './limits.js';

const read: LedgerResult = {
  registry: 'mutable',
  events: 10,
  work: 'read',
  wallMs: 40,
  requests: 2,
};

test('a long ledger is judged against the shortest, in time and requests', () => {
  expect(judgeResults([read, { ...read, events: 10_000, wallMs: 55 }])).toEqual([
    {
      name: 'mutable, 10000 events, read, time',
      ours: 55,
      peers: {},
      limit: 44,
      ratio: 1.25,
    },
    {
      name: 'mutable, 10000 events, read, requests',
      ours: 2,
      peers: {},
      limit: 2.2,
      ratio: 0.909,
    },
  ]);
});

test('works and registries are not compared with each other', () => {
  const others: LedgerResult[] = [
    { ...read, events: 1000, work: 'append' },
    { ...read, events: 1000, registry: 'immutable', work: 'append' },
  ];

  expect(judgeResults([read, ...others])).toEqual([]);
});

test('where the end is looked for, the requests after the first are judged by the length', () => {
  const search: LedgerResult = { ...read, registry: 'immutable', events: 1024, requests: 22 };

  expect(judgeResults([search])).toEqual([
    {
      name: 'immutable, 1024 events, read, probes',
      ours: 21,
      peers: {},
      limit: 20,
      ratio: 1.05,
    },
  ]);
});
