import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf } from '@slipway/core/image-ref';
import type { GateOutcome } from '@slipway/flow/gate';
import { readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';

const catalog = digestOf('c'.repeat(64));
const evidence = digestOf('e'.repeat(64));

function reportOf(
  outcome: Partial<GateOutcome> & Pick<GateOutcome, 'status'>,
  more: Readonly<Record<string, string>> = {},
): ReturnType<typeof report> {
  const inputs = readWith(
    readInputs,
    {
      service: 'orders',
      environment: 'test',
      namespace: 'shop',
      image: 'registry.example.com/team/orders',
      candidate: `registry.example.com/team/orders@${digestOf('a'.repeat(64))}`,
      system: 'system.yml',
      suite: 'suite.yaml',
      ...more,
    },
    { 'system.yml': 'apiVersion: slipway/v1\nsystem: shop' },
  );
  const nothing = { neighbours: [], failedTests: [], reports: [], logs: [], notes: [] };
  return report({ inputs, durationMs: 4200, outcome: { ...nothing, ...outcome } });
}

test('a suite that passed, for a reviewer and for a later step', () => {
  const { outputs, summary, failure } = reportOf({
    status: 'passed',
    neighbours: [{ service: 'catalog', version: '2.0.0', image: catalog }],
    counts: { passed: 3, failed: 0, skipped: 1 },
    reports: ['/tmp/a.xml'],
    evidence,
  });

  expect(failure).toBeUndefined();
  expect(outputs).toEqual({
    status: 'passed',
    evidence,
    'tested-against': JSON.stringify({ catalog }),
    junit: '/tmp/a.xml',
    tests: '4',
    failures: '0',
  });
  expect(summary).toBe(
    [
      '### ✅ integration of orders in test: passed',
      '',
      '| | |',
      '|---|---|',
      `| Candidate | \`registry.example.com/team/orders@${digestOf('a'.repeat(64))}\` |`,
      '| Tests | 3 passed, 0 failed, 1 skipped |',
      `| Evidence | \`${evidence}\` |`,
      '| Took | 4.2 s |',
      '',
      'Tested against:',
      '',
      '| service | version | image |',
      '|---|---|---|',
      `| catalog | 2.0.0 | \`${catalog}\` |`,
      '',
    ].join('\n'),
  );
});

test('tests that failed, each with its message in one cell', () => {
  const { summary } = reportOf({
    status: 'failed',
    failedTests: [{ name: 'a | b', message: 'expected <1>\ngot 2' }],
    failure: new SlipwayError('integration-failed', '1 of 1 integration tests failed: a', {
      fix: 'Mend it.',
    }),
  });

  expect(summary).toContain(
    '**integration-failed**: 1 of 1 integration tests failed: a\n\nMend it.',
  );
  expect(summary).toContain('| a \\| b | expected &lt;1> got 2 |');
});

test('a suite that gave no answer shows the end of its log', () => {
  const text = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');

  const { summary } = reportOf({ status: 'errored', logs: [{ container: 'tests', text }] });

  expect(summary).toContain('Last lines of container tests:\n\n```text\nline 10\n');
  expect(summary).not.toContain('line 9\n');
});

describe('the title', () => {
  test.each<[GateOutcome['status'], Record<string, string>, string]>([
    ['failed', {}, '❌ integration of orders in test: failed'],
    ['errored', {}, '⛔ integration of orders in test: no answer, the suite could not run'],
    ['inconclusive', {}, '❔ integration of orders in test: inconclusive'],
    [
      'inconclusive',
      { 'dry-run': 'true' },
      '🔎 integration of orders in test: dry run, the suite would run',
    ],
    ['passed', { mode: 'verify' }, '✅ integration of orders in test: has passed'],
    [
      'inconclusive',
      { mode: 'verify' },
      '❔ integration of orders in test: no evidence that counts',
    ],
  ])('%s %j', (status, more, title) => {
    expect(reportOf({ status }, more).summary.split('\n')[0]).toBe(`### ${title}`);
  });
});
