import { describe, expect, test } from '@jest/globals';
import { SlipwayError, type Problem } from '../errors/index.js';
import { parseConfig, parseSmokeTest, parseSystem } from './index.js';

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof SlipwayError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  test('reads what is there', () => {
    const config = parseConfig(
      `apiVersion: slipway/v1
services:
  catalog:
    image: registry.example.com/shop/catalog
    deploy: { kustomization: "deploy/{environment}", smoke-test: { path: /healthz, timeout: 20s } }
environments:
  test: { context: test, namespace: shop }
`,
      'slipway.yml',
    );

    expect(config.services.get('catalog')).toEqual({
      image: 'registry.example.com/shop/catalog',
      build: {},
      integration: {},
      dependsOn: [],
      deploy: {
        kustomization: 'deploy/{environment}',
        smokeTest: { path: '/healthz', timeoutMs: 20_000 },
      },
    });
    expect(config.environments.get('test')).toEqual({
      context: 'test',
      namespace: 'shop',
      isProduction: false,
    });
  });

  test('reads a policy, and what a service is made of', () => {
    const { services, environments, policy } = parseConfig(
      `apiVersion: slipway/v1
services:
  orders:
    paths: [services/orders, libs/money]
    production-image: registry.example.com/production/orders
    build: { context: services/orders, test-target: test }
    integration: { suite: integration/suite.yaml }
    depends-on: [catalog]
environments:
  production: { production: true }
  standby: { production: true, like: production }
policy:
  require: [unit-tests]
  levels:
    patch: { approval-environment: none }
    minor: { approval-environment: production-approval, soak: 30s }
    major: { require: [integration] }
  freezes: [ { from: 2026-12-20T00:00Z, to: 2027-01-03T00:00:00Z, reason: year end } ]
`,
      'slipway.yml',
    );

    expect(services.get('orders')).toEqual({
      paths: ['services/orders', 'libs/money'],
      productionImage: 'registry.example.com/production/orders',
      build: { context: 'services/orders', testTarget: 'test' },
      deploy: {},
      integration: { suite: 'integration/suite.yaml' },
      dependsOn: ['catalog'],
    });
    expect(environments.get('standby')).toEqual({ isProduction: true, like: 'production' });
    expect(policy).toEqual({
      require: ['unit-tests'],
      levels: {
        patch: { require: [] },
        minor: { require: [], approvalEnvironment: 'production-approval', soakMs: 30_000 },
        major: { require: ['integration'] },
      },
      freezes: [{ from: '2026-12-20T00:00Z', to: '2027-01-03T00:00:00Z', reason: 'year end' }],
    });
  });

  test.each([
    ['an unknown gate', 'policy: { require: [luck] }', 'policy.require'],
    ['a level that is none', 'policy: { levels: { tiny: {} } }', 'policy.levels.tiny'],
    [
      'a soak that is no duration',
      'policy: { levels: { patch: { soak: soon } } }',
      'policy.levels.patch.soak',
    ],
    [
      'a strategy that is not built',
      'policy: { levels: { major: { strategy: canary } } }',
      'policy.levels.major.strategy',
    ],
    [
      'a freeze without an end',
      'policy: { freezes: [{ from: 2026-12-20, reason: x }] }',
      'policy.freezes.0.to',
    ],
    [
      'a time that is none',
      'policy: { freezes: [{ from: soon, to: 2026-12-20, reason: x }] }',
      'policy.freezes.0.from',
    ],
    [
      'a freeze that ends before it begins',
      'policy: { freezes: [{ from: 2026-12-21, to: 2026-12-20, reason: x }] }',
      'policy.freezes.0.to',
    ],
    ['like nothing', 'environments: { a: { like: b } }', 'environments.a.like'],
    ['like itself', 'environments: { a: { like: a } }', 'environments.a.like'],
    ['a yes', 'environments: { a: { production: "yes" } }', 'environments.a.production'],
  ])('refuses %s', (_name, line, subject) => {
    const problems = problemsOf(() => parseConfig(`apiVersion: slipway/v1\n${line}`, 'f'));

    expect(problems.map((problem) => problem.subject)).toEqual([`f: ${subject}`]);
  });

  test('a level that is not described needs what the one below it needs', () => {
    const levels = 'policy: { levels: { minor: { approval-environment: people } } }';

    const { policy } = parseConfig(`apiVersion: slipway/v1\n${levels}`, 'f');

    expect(policy?.levels.patch).toEqual({ require: [] });
    expect(policy?.levels.major).toEqual({ require: [], approvalEnvironment: 'people' });
  });

  test('tells everything that is wrong at once', () => {
    const problems = problemsOf(() =>
      parseConfig(
        `apiVersion: slipway/v2
services:
  Catalog: {}
  orders: { image: "Not:A:Name", deploy: { smoke-test: { path: healthz }, charts: x } }
colour: blue
`,
        'slipway.yml',
      ),
    );

    expect(problems.map(({ subject }) => subject)).toEqual([
      'slipway.yml: apiVersion',
      'slipway.yml: services.Catalog',
      'slipway.yml: services.orders.image',
      'slipway.yml: services.orders.deploy.smoke-test.path',
      'slipway.yml: services.orders.deploy.charts',
      'slipway.yml: colour',
    ]);
  });

  test.each([
    ['a list', '- a', 'a mapping (`key: value`)'],
    ['nothing', '', 'a mapping (`key: value`)'],
    ['not YAML', 'a: [', 'YAML'],
  ])('refuses %s', (_name, text, expected) => {
    expect(problemsOf(() => parseConfig(text, 'slipway.yml'))[0]?.expected).toBe(expected);
  });
});

test('a system names its services and environments, and nothing of how they are built', () => {
  const text = `apiVersion: slipway/v1
system: shop
services:
  catalog: { image: r.example.com/shop/catalog, production-image: r.example.com/prod/catalog }
  orders: { build: {} }
`;

  const problems = problemsOf(() => parseSystem(text, 'system.yml'));
  const system = parseSystem(text.replace('{ build: {} }', ''), 'system.yml');

  expect(problems.map(({ subject }) => subject)).toEqual(['system.yml: services.orders.build']);
  expect(system.name).toBe('shop');
  expect(system.services.get('catalog')).toEqual({
    image: 'r.example.com/shop/catalog',
    productionImage: 'r.example.com/prod/catalog',
  });
});

test('a smoke test in an input reads like the one in the file', () => {
  expect(parseSmokeTest('{ path: /healthz, service: web, port: 80 }', 'smoke-test')).toEqual({
    path: '/healthz',
    service: 'web',
    port: '80',
  });
});
