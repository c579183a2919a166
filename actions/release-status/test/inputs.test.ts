import { describe, expect, test } from '@jest/globals';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';
import { planStatus } from '../src/plan.js';

const system = `
apiVersion: slipway/v1
system: shop
services:
  catalog: { image: r.example.com/team/catalog, production-image: r.example.com/production/catalog }
  orders: { image: r.example.com/team/orders }
environments:
  test: {}
`;
const production = `${system}  production: { production: true }\n`;
const config = `
apiVersion: slipway/v1
services: { catalog: { image: r.example.com/team/catalog } }
environments: { test: { namespace: shop } }
`;

describe('readInputs', () => {
  test('a system file, a table, no file', () => {
    const files = { 'system.yml': system };

    const inputs = readWith(readInputs, { system: 'system.yml' }, files);

    expect(inputs).toMatchObject({ format: 'summary', timeoutMs: 300_000 });
    expect(inputs.output).toBeUndefined();
    expect(
      planStatus(inputs.system).map(({ service, environment }) => [service, environment]),
    ).toEqual([
      ['catalog', 'test'],
      ['orders', 'test'],
    ]);
  });

  test('without one the configuration is the system', () => {
    const inputs = readWith(readInputs, { format: 'json' }, { '.github/slipway.yml': config });

    expect(planStatus(inputs.system)).toHaveLength(1);
    expect(inputs.format).toBe('json');
  });

  test.each([
    [
      'a system whose ledgers cannot all be named',
      production,
      {
        subject: 'production-image',
        expected: 'a repository: the ledger of orders in production is {production-image}-ledger',
      },
    ],
    [
      'a system without services',
      '{ apiVersion: slipway/v1, system: shop, environments: { test: {} } }',
      {
        subject: 'system',
        given: 'shop',
        expected: 'at least one service and one environment; it has 0 and 1',
      },
    ],
  ])('refuses %s', (_name, text, problem) => {
    const files = { 'system.yml': text };

    expect(listProblems(readInputs, { system: 'system.yml' }, files)).toMatchObject([problem]);
  });

  test('refuses a format that is not built yet', () => {
    const given = { system: 'system.yml', format: 'html' };

    expect(listProblems(readInputs, given, { 'system.yml': system })).toMatchObject([
      { subject: 'format', given: 'html', expected: 'one of summary, json' },
    ]);
  });
});
