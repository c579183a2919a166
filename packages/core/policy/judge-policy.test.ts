import { describe, expect, test } from '@jest/globals';
import type { GateName, PolicySettings } from '../config/index.js';
import { formatTestResult, parseStatement, type TestVerdict } from '../evidence/index.js';
import { digestOf } from '../image-ref/index.js';
import { findFreeze, judgePolicy, type PolicyFacts, type Update } from './index.js';

const image = digestOf('a'.repeat(64));

const policy: PolicySettings = {
  require: ['unit-tests'],
  levels: {
    patch: { require: [] },
    minor: { require: ['integration'], approvalEnvironment: 'production-approval', soakMs: 30_000 },
    major: { require: ['integration'], approvalEnvironment: 'production-major' },
  },
  freezes: [{ from: '2026-12-20T00:00Z', to: '2027-01-03T00:00Z', reason: 'year end' }],
};

function evidence(gate: GateName, result: TestVerdict = 'PASSED', minute = 1, environment = '') {
  const text = formatTestResult({
    gate,
    name: 'orders',
    digest: image,
    result,
    configuration: [],
    tests: { passed: 3, failed: result === 'PASSED' ? 0 : 1, skipped: 0 },
    at: `2026-01-01T00:0${minute}:00Z`,
    ...(environment === '' ? {} : { environment }),
  });
  return { digest: digestOf(String(minute).repeat(64)), statement: parseStatement(text, 'test') };
}

function up(level: 'patch' | 'minor' | 'major'): Update {
  return { direction: 'up', from: '1.4.0', level };
}

function facts(more: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    version: '1.4.1',
    isRelease: true,
    update: up('patch'),
    isSameImage: false,
    evidence: [evidence('unit-tests')],
    now: '2026-06-01T00:00:00Z',
    ...more,
  };
}

describe('judgePolicy', () => {
  const both = [evidence('unit-tests'), evidence('integration')];
  const quarantine = { bundle: image, version: '1.4.1', reason: 'crash-loop', at: '2026-05-01' };

  test.each<[string, Partial<PolicyFacts>, string, string | undefined]>([
    ['a patch that passed its gate', {}, 'proceed', undefined],
    ['a minor that passed both', { update: up('minor'), evidence: both }, 'approve', undefined],
    [
      'the first release',
      { update: { direction: 'first' }, evidence: both },
      'approve',
      '1.4.1 is the first release here: judged as a major update',
    ],
    [
      'a minor without integration',
      { update: up('minor') },
      'blocked',
      'integration: no evidence about this image',
    ],
    [
      'a gate that was failed',
      { evidence: [evidence('unit-tests', 'FAILED')] },
      'blocked',
      'unit-tests: failed at 2026-01-01T00:01:00Z, 3 tests passed, 1 failed',
    ],
    [
      'a gate that was failed after it was passed',
      { evidence: [evidence('unit-tests', 'FAILED', 2), evidence('unit-tests', 'PASSED', 1)] },
      'blocked',
      'unit-tests: failed at 2026-01-01T00:02:00Z, 3 tests passed, 1 failed',
    ],
    [
      'a gate that was passed after it was failed',
      { evidence: [evidence('unit-tests', 'FAILED', 1), evidence('unit-tests', 'PASSED', 2)] },
      'proceed',
      'unit-tests: passed at 2026-01-01T00:02:00Z, 3 tests passed, 0 failed',
    ],
    [
      'a gate that was failed in one environment, and passed later in another',
      {
        evidence: [
          evidence('unit-tests', 'FAILED', 1, 'test'),
          evidence('unit-tests', 'PASSED', 2, 'laptop'),
        ],
      },
      'blocked',
      'unit-tests: failed in test at 2026-01-01T00:01:00Z, 3 tests passed, 1 failed',
    ],
    [
      'a freeze',
      { now: '2026-12-24T18:00:00Z' },
      'blocked',
      'deployments are frozen until 2027-01-03T00:00Z: year end',
    ],
    [
      'a quarantined image',
      { quarantine },
      'blocked',
      '1.4.1 is quarantined since 2026-05-01: crash-loop',
    ],
    [
      'a prerelease',
      { isRelease: false },
      'blocked',
      '1.4.1 is a prerelease: production takes releases only',
    ],
    [
      'an older version',
      { update: { direction: 'down', from: '1.5.0' } },
      'blocked',
      '1.5.0 is live, and 1.4.1 is older: going back is what rollback is for',
    ],
    [
      'the same version again',
      { update: { direction: 'same', from: '1.4.1' }, isSameImage: true, evidence: both },
      'approve',
      '1.4.1 is live already: planned again, it is judged as a major update',
    ],
    [
      'the same version with another image',
      { update: { direction: 'same', from: '1.4.1' } },
      'blocked',
      '1.4.1 is live with another image: a version is one image for ever',
    ],
  ])('%s', (_name, more, decision, reason) => {
    const verdict = judgePolicy(policy, facts(more));

    expect(verdict.decision).toBe(decision);
    if (reason !== undefined) expect(verdict.reasons).toContain(reason);
  });

  test('tells a reviewer everything that was considered', () => {
    const verdict = judgePolicy(policy, facts({ update: up('minor'), evidence: both }));

    expect(verdict).toMatchObject({
      level: 'minor',
      approvalEnvironment: 'production-approval',
      soakMs: 30_000,
      gates: [
        { gate: 'unit-tests', state: 'passed' },
        { gate: 'integration', state: 'passed' },
      ],
      reasons: [
        '1.4.0 → 1.4.1 is a minor update',
        'unit-tests: passed at 2026-01-01T00:01:00Z, 3 tests passed, 0 failed',
        'integration: passed at 2026-01-01T00:01:00Z, 3 tests passed, 0 failed',
        'the reviewers of production-approval approve a minor update',
      ],
    });
  });

  test('without a policy an update needs nothing but to work', () => {
    expect(judgePolicy(undefined, facts({ evidence: [] }))).toMatchObject({
      decision: 'proceed',
      reasons: [
        '1.4.0 → 1.4.1 is a patch update',
        'the policy asks for no gate',
        'nobody has to approve a patch update',
      ],
    });
  });
});

test.each([
  ['2026-12-31T23:59:59Z', 'a day'],
  ['2027-01-01T00:00:00Z', undefined],
])('a freeze to a day ends with it: at %s it is %s', (now, reason) => {
  const freeze = { from: '2026-12-31', to: '2026-12-31', reason: 'a day' };

  expect(findFreeze([freeze], now)?.reason).toBe(reason);
});

test.each([
  ['2026-12-19T23:59:59Z', undefined],
  ['2026-12-20T00:00:00Z', 'year end'],
  ['2027-01-02T23:59:59Z', 'year end'],
  ['2027-01-03T00:00:00Z', undefined],
  ['2026-12-20T01:30:00+02:00', undefined],
])('at %s the freeze is %s', (now, reason) => {
  expect(findFreeze(policy.freezes, now)?.reason).toBe(reason);
});
