import { expect, test } from '@jest/globals';
import { digestOf } from '../image-ref/index.js';
import { findNewestResult, formatTestResult, parseStatement, type TestVerdict } from './index.js';

const image = digestOf('a'.repeat(64));

function at(time: string, result: TestVerdict) {
  const about = { gate: 'unit-tests', name: 'orders', digest: image, configuration: [] } as const;
  const text = formatTestResult({ ...about, result, at: time });
  return { digest: image, statement: parseStatement(text, 'test') };
}

const [nine, ten] = ['2026-01-01T09:00:00Z', '2026-01-01T10:00:00Z'];

test.each([
  ['the newest', [at(nine, 'FAILED'), at(ten, 'PASSED')], 'PASSED'],
  ['the newest, in whatever order', [at(ten, 'FAILED'), at(nine, 'PASSED')], 'FAILED'],
  [
    'the newest in another zone',
    [at('2026-01-01T11:30:00+02:00', 'PASSED'), at(ten, 'FAILED')],
    'FAILED',
  ],
  ['the failed one of two at one time', [at(ten, 'PASSED'), at(ten, 'FAILED')], 'FAILED'],
  ['none from the future', [at('2026-01-02T00:00:00Z', 'PASSED'), at(ten, 'FAILED')], 'FAILED'],
  [
    'what another clock calls soon',
    [at('2026-01-01T12:04:00Z', 'PASSED'), at(ten, 'FAILED')],
    'PASSED',
  ],
  ['nothing', [], undefined],
])('%s counts', (_name, evidence, verdict) => {
  const newest = findNewestResult(evidence, () => true, '2026-01-01T12:00:00Z');

  expect(newest?.result.result).toBe(verdict);
});
