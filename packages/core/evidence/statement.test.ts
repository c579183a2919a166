import { expect, test } from '@jest/globals';
import { digestOf } from '../image-ref/index.js';
import { formatTestResult, parseStatement, type TestResult } from './index.js';

const image = digestOf('a'.repeat(64));
const neighbour = digestOf('b'.repeat(64));

const result: TestResult = {
  gate: 'integration',
  name: 'registry.example.com/shop/orders',
  digest: image,
  result: 'PASSED',
  configuration: [{ name: 'suite', digest: neighbour }],
  tests: { passed: 3, failed: 0, skipped: 1 },
  neighbours: { catalog: neighbour },
  environment: 'test',
  at: '2026-01-01T00:00:00Z',
};

test('a test result is a statement about one digest, and reads back', () => {
  const text = formatTestResult(result);

  expect(JSON.parse(text)).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'registry.example.com/shop/orders', digest: { sha256: 'a'.repeat(64) } }],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: 'PASSED',
      configuration: [{ name: 'suite', digest: { sha256: 'b'.repeat(64) } }],
      slipway: {
        gate: 'integration',
        tests: { passed: 3, failed: 0, skipped: 1 },
        neighbours: { catalog: neighbour },
        environment: 'test',
        at: '2026-01-01T00:00:00Z',
      },
    },
  });
  expect(parseStatement(text, 'here')).toEqual({
    subjects: [image],
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    testResult: {
      gate: 'integration',
      result: 'PASSED',
      tests: { passed: 3, failed: 0, skipped: 1 },
      neighbours: { catalog: neighbour },
      environment: 'test',
      at: '2026-01-01T00:00:00Z',
    },
  });
});

test('an image that another algorithm names is the subject under that algorithm', () => {
  const digest = digestOf('c'.repeat(128), 'sha512');

  const text = formatTestResult({ ...result, digest });

  expect(text).toContain(`"digest":{"sha512":"${'c'.repeat(128)}"}`);
  expect(parseStatement(text, 'here').subjects).toEqual([digest]);
});

test.each([
  ['another predicate', { predicateType: 'https://slsa.dev/provenance/v1' }],
  ['a result of somebody else', { predicate: { result: 'PASSED', configuration: [] } }],
  [
    'a gate that is none',
    { predicate: { result: 'PASSED', slipway: { gate: 'luck', at: '2026-01-01T00:00:00Z' } } },
  ],
  [
    'a time that is none',
    { predicate: { result: 'PASSED', slipway: { gate: 'integration', at: 'whenever' } } },
  ],
  [
    'a verdict that is none',
    {
      predicate: { result: 'MAYBE', slipway: { gate: 'integration', at: '2026-01-01T00:00:00Z' } },
    },
  ],
])('%s is a statement, but no test result of ours', (_name, change) => {
  const statement = { ...(JSON.parse(formatTestResult(result)) as object), ...change };

  expect(parseStatement(JSON.stringify(statement), 'here').testResult).toBeUndefined();
});

test.each([
  ['no JSON', '<html>', 'it is not JSON'],
  [
    'an older statement',
    '{"_type":"https://in-toto.io/Statement/v0.1"}',
    'its _type is not https://in-toto.io/Statement/v1',
  ],
  [
    'nothing it is about',
    '{"_type":"https://in-toto.io/Statement/v1"}',
    'it has no subject or no predicateType',
  ],
])('refuses %s', (_name, text, why) => {
  expect(() => parseStatement(text, 'x.json')).toThrow(
    `x.json is not an in-toto statement: ${why}`,
  );
});
