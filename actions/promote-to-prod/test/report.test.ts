import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, parsePinnedReference } from '@slipway/core/image-ref';
import { planMediaType, type PromotionPlan } from '@slipway/core/policy';
import { buildBundle, type RenderedBundle } from '@slipway/flow/deployment';
import type { PlannedPromotion } from '@slipway/flow/promotion';
import { readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { report } from '../src/report.js';

const digest = digestOf('a'.repeat(64));
const proof = digestOf('e'.repeat(64));
const candidate = `r.example.com/team/orders@${digest}`;
const config = `apiVersion: slipway/v1
services: { orders: { production-image: r.example.com/production/orders, deploy: { manifests: a } } }
environments: { production: { namespace: shop, production: true } }
`;
const inputs = readWith(
  readInputs,
  { environment: 'production', candidate },
  { '.github/slipway.yml': config },
);

if (inputs.work.mode !== 'plan') throw new Error('the inputs are those of a plan');
const { work } = inputs;

async function bundleOf(): Promise<RenderedBundle> {
  const bundle = {
    service: 'orders',
    environment: 'production',
    namespace: 'shop',
    version: '1.5.0',
    images: [{ name: 'orders', reference: `r.example.com/production/orders@${digest}` }],
    dependsOn: [],
    migration: 'none',
    verification: { soakMs: 30_000 },
    strategy: 'rolling',
  } as const;
  return buildBundle(bundle, [], []);
}

async function planned(decision: 'approve' | 'blocked'): Promise<PlannedPromotion> {
  const bundle = await bundleOf();
  const isBlocked = decision === 'blocked';
  const plan: PromotionPlan = {
    mediaType: planMediaType,
    service: 'orders',
    environment: 'production',
    candidate,
    productionImage: 'r.example.com/production/orders',
    version: '1.5.0',
    level: 'minor',
    decision: 'approve',
    approvalEnvironment: 'production-approval',
    gates: [{ gate: 'unit-tests', evidence: proof }],
    migration: 'none',
    soakMs: 30_000,
    ledger: 'r.example.com/production/orders-ledger',
    bundle: bundle.digest,
    run: 'shop/orders/42',
  };
  return {
    judged: {
      version: '1.5.0',
      commit: 'c'.repeat(40),
      ledger: parsePinnedReference(candidate).repository,
      verdict: {
        decision,
        level: 'minor',
        approvalEnvironment: 'production-approval',
        soakMs: 30_000,
        gates: [
          isBlocked
            ? { gate: 'unit-tests', state: 'missing', sentence: 'unit-tests: no evidence' }
            : { gate: 'unit-tests', state: 'passed', evidence: proof, sentence: 'unit-tests: ok' },
        ],
        obstacles: [],
        reasons: ['1.4.0 → 1.5.0 is a minor update'],
      },
    },
    bundle,
    diff: {
      text: '--- Deployment shop/orders\n+++ Deployment shop/orders\n',
      changes: [{ object: 'Deployment shop/orders', change: 'changed' }],
    },
    ...(isBlocked ? { block: new SlipwayError('evidence-missing', 'no') } : { plan }),
  };
}

describe('the plan that a reviewer reads', () => {
  test('says that somebody holds the service', async () => {
    const promotion = await planned('approve');
    const hold = { actor: 'ada', at: '2026-11-27T08:00:00Z', reason: 'black friday' };
    const judged = { ...promotion.judged, hold };
    const place = { mode: 'plan', inputs, work, diffFile: 'diff.patch' } as const;

    const { summary } = report({ ...place, planned: { ...promotion, judged } });

    expect(summary.split('\n')).toContain(
      '- ada holds deployments since 2026-11-27T08:00:00Z: black friday',
    );
  });

  test('says what waits for whom, what proves it, and what changes', async () => {
    const promotion = await planned('approve');

    const { summary, failure } = report({
      mode: 'plan',
      inputs,
      work,
      planned: promotion,
      file: { path: 'plan.tar', digest: proof },
      diffFile: 'diff.patch',
    });

    expect(failure).toBeUndefined();
    expect(summary.split('\n')).toEqual([
      '### Plan: orders nothing → 1.5.0 in production',
      '',
      '✋ It waits for the approval of **production-approval**.',
      '',
      '- 1.4.0 → 1.5.0 is a minor update',
      '',
      '| | |',
      '|---|---|',
      `| image | \`${digest}\` |`,
      `| commit | \`${'c'.repeat(40)}\` |`,
      `| bundle | \`${promotion.bundle.digest}\` |`,
      `| plan | \`${proof}\` |`,
      '| migration | none |',
      '| soak | 30 s |',
      '',
      '| gate | verdict | evidence |',
      '|---|---|---|',
      `| unit-tests | ✅ passed | \`${proof}\` |`,
      '',
      '| object | change |',
      '|---|---|',
      '| Deployment shop/orders | changed |',
      '',
      '<details><summary>Difference to what is live</summary>',
      '',
      '````diff',
      '--- Deployment shop/orders',
      '+++ Deployment shop/orders',
      '````',
      '',
      '</details>',
    ]);
  });

  test('that is blocked fails the step, and has no file', async () => {
    const result = report({
      mode: 'plan',
      inputs,
      work,
      planned: await planned('blocked'),
      diffFile: 'diff.patch',
    });

    expect(result.failure?.code).toBe('evidence-missing');
    expect(result.summary).toContain('⛔ It is blocked.');
    expect(result.summary).toContain('| unit-tests | ❔ missing | – |');
    expect(result.outputs).toMatchObject({ decision: 'blocked', plan: '', 'plan-digest': '' });
  });

  test('links to the commits between what is live and what is planned', async () => {
    const promotion = await planned('approve');
    const bundle = { ...promotion.bundle.config, commit: 'b'.repeat(40) };
    const live = {
      attempt: {
        deployment: 'production.00000001',
        intent: 'deploy',
        bundle: digest,
        image: candidate,
        version: '1.4.0',
        outcome: 'known-good',
        startedAt: '2026-01-01T00:00:00Z',
      },
      bundle: await buildBundle(bundle, [], []),
    } as const;

    const { summary } = report({
      mode: 'plan',
      inputs,
      work,
      planned: { ...promotion, judged: { ...promotion.judged, live } },
      diffFile: 'diff.patch',
      repositoryUrl: 'https://github.com/shop/orders',
    });

    expect(summary).toContain('### Plan: orders 1.4.0 → 1.5.0 in production');
    expect(summary).toContain(
      `| commits | [bbbbbbbb…cccccccc](https://github.com/shop/orders/compare/${'b'.repeat(40)}...${'c'.repeat(40)}) |`,
    );
  });
});
