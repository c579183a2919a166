import { describe, expect, test } from '@jest/globals';
import { SlipwayError, type Problem } from '../errors/index.js';
import { parseConfig, parseSmokeTest } from './index.js';

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
      deploy: {
        kustomization: 'deploy/{environment}',
        smokeTest: { path: '/healthz', timeoutMs: 20_000 },
      },
    });
    expect(config.environments.get('test')).toEqual({ context: 'test', namespace: 'shop' });
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

test('a smoke test in an input reads like the one in the file', () => {
  expect(parseSmokeTest('{ path: /healthz, service: web, port: 80 }', 'smoke-test')).toEqual({
    path: '/healthz',
    service: 'web',
    port: '80',
  });
});
