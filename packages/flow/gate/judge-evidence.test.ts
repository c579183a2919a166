import { expect, test } from '@jest/globals';
import type { GateResult, Statement } from '@slipway/core/evidence';
import { digestOf } from '@slipway/core/image-ref';
import type { StoredEvidence } from '../evidence/index.js';
import { judgeEvidence, type EvidenceRule } from './judge-evidence.js';

const now = new Date('2026-01-02T00:00:00Z');
const hourMs = 3_600_000;
const catalog = digestOf('c'.repeat(64));

function stored(
  sign: string,
  hoursAgo: number,
  more: Partial<GateResult> & { readonly result?: 'PASSED' | 'FAILED' } = {},
): StoredEvidence {
  const at = new Date(now.getTime() - hoursAgo * hourMs).toISOString();
  const defaults = { gate: 'integration', environment: 'test', result: 'PASSED' } as const;
  const statement: Statement = {
    subjects: [],
    predicateType: '',
    testResult: { ...defaults, neighbours: { catalog }, at, ...more },
  };
  return { digest: digestOf(sign.repeat(64)), statement };
}

test.each<[string, readonly StoredEvidence[], Partial<EvidenceRule>, string, string]>([
  ['none', [], {}, 'missing', 'it has no integration evidence of test'],
  [
    'of another gate',
    [stored('1', 1, { gate: 'unit-tests' })],
    {},
    'missing',
    'it has no integration evidence of test',
  ],
  [
    'of another environment',
    [stored('1', 1, { environment: 'staging' })],
    {},
    'missing',
    'it has no integration evidence of test',
  ],
  [
    'passed',
    [stored('1', 1)],
    {},
    'passed',
    'its integration tests passed at 2026-01-01T23:00:00.000Z',
  ],
  [
    'failed, then passed',
    [stored('1', 2, { result: 'FAILED' }), stored('2', 1)],
    {},
    'passed',
    'its integration tests passed at 2026-01-01T23:00:00.000Z',
  ],
  [
    'passed, then failed',
    [stored('1', 2), stored('2', 1, { result: 'FAILED' })],
    {},
    'failed',
    'its integration tests failed at 2026-01-01T23:00:00.000Z',
  ],
  [
    'young enough',
    [stored('1', 12)],
    { maxAgeMs: 12 * hourMs },
    'passed',
    'its integration tests passed at 2026-01-01T12:00:00.000Z',
  ],
  [
    'too old',
    [stored('1', 13)],
    { maxAgeMs: 12 * hourMs },
    'unfit',
    'its integration evidence of test is 13 h old, and 12 h is allowed',
  ],
  [
    'against the neighbours that are asked for',
    [stored('1', 1)],
    { mustName: ['catalog'] },
    'passed',
    'its integration tests passed at 2026-01-01T23:00:00.000Z',
  ],
  [
    'against others',
    [stored('1', 1)],
    { mustName: ['catalog', 'prices', 'stock'] },
    'unfit',
    'its integration evidence of test was not made against prices, stock',
  ],
])('%s', (_name, evidence, more, state, sentence) => {
  const rule = { environment: 'test', now, mustName: [], ...more };

  expect(judgeEvidence(evidence, rule)).toMatchObject({ state, sentence });
});
