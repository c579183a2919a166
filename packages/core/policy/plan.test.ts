import { expect, test } from '@jest/globals';
import { digestOf } from '../image-ref/index.js';
import { comparePlans, formatPlan, parsePlan, planMediaType, type PromotionPlan } from './index.js';

const digest = digestOf('a'.repeat(64));
const plan: PromotionPlan = {
  mediaType: planMediaType,
  service: 'orders',
  environment: 'production',
  candidate: `r.example.com/team/orders@${digest}`,
  productionImage: 'r.example.com/production/orders',
  version: '1.5.0',
  level: 'minor',
  decision: 'approve',
  approvalEnvironment: 'production-approval',
  gates: [{ gate: 'unit-tests', evidence: digest }],
  migration: 'none',
  soakMs: 0,
  live: { version: '1.4.0', bundle: digest },
  ledger: 'r.example.com/production/orders-ledger',
  bundle: digest,
  run: 'shop/orders/42',
};

test('a plan is the same text each time, and reads back', () => {
  const { service, ...rest } = plan;

  expect(formatPlan({ ...rest, service })).toBe(formatPlan(plan));
  expect(parsePlan(formatPlan(plan), 'plan.json')).toEqual(plan);
});

test.each([
  ['no JSON', 'plan'],
  ['a list', '[]'],
  ['another document', '{"mediaType":"application/json"}'],
  ['a plan without a bundle', JSON.stringify({ ...plan, bundle: undefined })],
])('refuses %s', (_name, text) => {
  expect(() => parsePlan(text, 'plan.json')).toThrow('plan.json is not a plan of promote-to-prod');
});

test('what differs is told with both values', () => {
  const { live: _live, ...first } = plan;
  const now: PromotionPlan = { ...first, decision: 'proceed', gates: [] };

  expect(comparePlans(plan, plan)).toEqual([]);
  expect(comparePlans(plan, now)).toEqual([
    'decision was approve, and is proceed',
    `gates was [{"evidence":"${digest}","gate":"unit-tests"}], and is []`,
    `live was {"bundle":"${digest}","version":"1.4.0"}, and is nothing`,
  ]);
});
