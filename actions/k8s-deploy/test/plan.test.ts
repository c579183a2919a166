import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { formatRepository, parseDigest, parsePinnedReference } from '@slipway/core/image-ref';
import { planMediaType, type PromotionPlan } from '@slipway/core/policy';
import { emptyState, type LedgerState } from '@slipway/core/release';
import { resolveLedgerRepository } from '@slipway/flow/ledger';
import { readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { admitPlanned, assertPlanned, planPlace, planRender } from '../src/plan.js';

const digest = `sha256:${'a'.repeat(64)}`;
const images = `r.example.com/shop/sidecar@${digest}, r.example.com/shop/orders@${digest}`;
const given = { service: 'orders', environment: 'test', namespace: 'shop', manifests: 'a', images };
const config = `apiVersion: slipway/v1
services: { orders: { image: r.example.com/shop/orders } }
`;

test.each([
  ['the first image', {}, {}, 'r.example.com/shop/sidecar-ledger'],
  [
    'the service’s image',
    {},
    { '.github/slipway.yml': config },
    'r.example.com/shop/orders-ledger',
  ],
  ['the input image', { image: 'r.example.com/x/y' }, {}, 'r.example.com/x/y-ledger'],
  [
    'the template',
    { ledger: 'r.example.com/ledgers/{service}' },
    {},
    'r.example.com/ledgers/orders',
  ],
])('the ledger is named by %s', (_name, more, files, repository) => {
  const inputs = readWith(readInputs, { ...given, ...more }, files);

  expect(formatRepository(resolveLedgerRepository(planPlace(inputs)))).toBe(repository);
});

test('the manifests may call the first image by the service’s name', () => {
  const { place, work } = readWith(readInputs, given);
  if (work.kind !== 'render') throw new Error('nothing is rendered');

  const { images: named } = planRender(place, work, '/workspace');

  expect(named.map(({ aliases }) => aliases)).toEqual([['orders'], undefined]);
});

test('an image of another service is no version of this one', () => {
  const files = { '.github/slipway.yml': config };
  const { place, work } = readWith(readInputs, given, files);
  if (work.kind !== 'render') throw new Error('nothing is rendered');

  const problems = problemsOf(() => planRender(place, work, '/workspace'));

  expect(problems).toEqual([`r.example.com/shop/sidecar@${digest}`]);
});

describe('a bundle that was planned', () => {
  const ledger = 'r.example.com/production/orders-ledger';
  const other = parseDigest(`sha256:${'b'.repeat(64)}`);
  const third = parseDigest(`sha256:${'c'.repeat(64)}`);
  const freeze = { from: '2026-12-20', to: '2027-01-03', reason: 'year end' };
  const plan: PromotionPlan = {
    mediaType: planMediaType,
    service: 'orders',
    environment: 'production',
    candidate: `r.example.com/shop/orders@${digest}`,
    productionImage: 'r.example.com/production/orders',
    version: '1.5.0',
    level: 'minor',
    decision: 'proceed',
    gates: [],
    migration: 'none',
    soakMs: 0,
    live: { version: '1.4.0', bundle: other },
    ledger,
    bundle: parseDigest(digest),
    run: 'shop/orders/42',
  };
  const work = {
    kind: 'bundle',
    bundle: parsePinnedReference(`${ledger}@${digest}`),
    plan: 'plan.tar',
    policy: { file: '.github/slipway.yml' },
  } as const;
  const place = {
    service: 'orders',
    environment: 'production',
    isProduction: true,
    namespace: 'shop',
    ledger,
    registry: { credentials: [], plainHttp: [] },
    cluster: {},
  };

  function live(bundle: typeof other, version = '1.4.0'): LedgerState {
    const attempt = {
      deployment: 'production.00000001',
      intent: 'deploy',
      bundle,
      image: `r.example.com/production/orders@${digest}`,
      version,
      outcome: 'known-good',
      startedAt: '2026-01-01T00:00:00Z',
    } as const;
    return { ...emptyState, attempts: [attempt], live: attempt.deployment };
  }

  test.each<[string, Partial<typeof place>, Partial<typeof work>, readonly string[]]>([
    ['is the one that is asked for', {}, {}, []],
    ['is another one', {}, { bundle: parsePinnedReference(`${ledger}@${other}`) }, ['bundle']],
    ['is of another service', { service: 'catalog' }, {}, ['service']],
    ['is of another environment', { environment: 'standby' }, {}, ['environment']],
    ['has its record elsewhere', { ledger: 'r.example.com/x' }, {}, ['ledger', 'r.example.com']],
  ])('%s', (_name, elsewhere, asked, given) => {
    const check = (): void =>
      assertPlanned(plan, { ...place, ...elsewhere }, { ...work, ...asked });

    const problems = problemsOf(check);

    expect(problems.map((problem) => problem.split(/[:/]/)[0])).toEqual(given);
  });

  test.each<[string, LedgerState, string, string | undefined]>([
    ['when the same is live as it was', live(other), '2026-06-01T00:00:00Z', undefined],
    [
      'when something else went live',
      live(third),
      '2026-06-01T00:00:00Z',
      `since it was planned something has changed: live was ${other}, and is ${third}`,
    ],
    [
      'when nothing is live any more',
      emptyState,
      '2026-06-01T00:00:00Z',
      `since it was planned something has changed: live was ${other}, and is nothing`,
    ],
    [
      'in a freeze',
      live(other),
      '2026-12-24T00:00:00Z',
      'deployments are frozen until 2027-01-03: year end',
    ],
    [
      'when it is older than what is live',
      live(other, '1.6.0'),
      '2026-06-01T00:00:00Z',
      '1.6.0 is live, and 1.5.0 is older: going back is what rollback is for',
    ],
    ['when it is live already, also in a freeze', live(plan.bundle), '2026-12-24', undefined],
  ])('is judged under the lock: %s', (_name, state, now, sentence) => {
    const admit = (): void => admitPlanned(plan, [freeze], state, now);

    if (sentence === undefined) expect(admit).not.toThrow();
    else expect(admit).toThrow(sentence);
  });

  test('what a run adopted that then ended is no other release that went live', () => {
    const adoptedAt = '2026-01-01T00:00:00Z';
    const { attempts, ...state } = live(other, '1.6.0');
    const adopted = { ...state, attempts: attempts.map((each) => ({ ...each, adoptedAt })) };
    const { live: planned, ...first } = plan;

    expect(() => admitPlanned(first, [], adopted, adoptedAt)).not.toThrow();
    expect(() => admitPlanned(first, [], live(other), adoptedAt)).toThrow(
      `something has changed: live was nothing, and is ${other}`,
    );
  });
});

function problemsOf(work: () => void): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError) return error.problems.map(({ given }) => given ?? '');
    throw error;
  }
  return [];
}
