import { describe, expect, test } from '@jest/globals';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';

const system = `
apiVersion: slipway/v1
system: shop
services:
  catalog: { image: r.example.com/team/catalog, production-image: r.example.com/production/catalog }
  orders: { image: r.example.com/team/orders, production-image: r.example.com/production/orders }
environments:
  test: { context: test, namespace: shop }
  production: { context: production, namespace: shop, production: true }
  standby: { context: standby, namespace: shop, production: true, like: production }
  bare: { production: true }
`;
const files = { 'system.yml': system };
const given = {
  system: 'system.yml',
  'from-environment': 'production',
  'to-environment': 'standby',
};

describe('readInputs', () => {
  test('what the system file says, and careful defaults', () => {
    const inputs = readWith(readInputs, given, files);

    expect(inputs).toMatchObject({
      mode: 'plan',
      from: 'production',
      to: 'standby',
      only: [],
      parallel: 3,
      conflicts: 'fail',
      timeoutMs: 600_000,
      isDryRun: false,
      target: { namespace: 'shop', cluster: { context: 'standby' } },
    });
  });

  test('inputs win', () => {
    const inputs = readWith(
      readInputs,
      { ...given, mode: 'run', only: 'orders', context: 'new', namespace: 'store', parallel: '1' },
      files,
    );

    expect(inputs).toMatchObject({
      mode: 'run',
      only: ['orders'],
      parallel: 1,
      target: { namespace: 'store', cluster: { context: 'new' } },
    });
  });

  test.each([
    [
      'an environment that the system does not have',
      { 'to-environment': 'moon' },
      {
        subject: 'to-environment',
        given: 'moon',
        expected: 'one of test, production, standby, bare',
      },
    ],
    [
      'a service that it does not have',
      { only: 'orders, prices' },
      { subject: 'only', given: 'prices', expected: 'one of catalog, orders' },
    ],
    [
      'the same environment twice',
      { 'to-environment': 'production' },
      {
        subject: 'to-environment',
        expected: 'another environment than production, where the services are good already',
      },
    ],
    [
      'an environment without a namespace',
      { 'to-environment': 'bare' },
      { subject: 'namespace', fix: 'Set the input namespace, or that of the environment bare.' },
    ],
    [
      'nothing at a time',
      { parallel: '0' },
      { subject: 'parallel', expected: 'a number from 1 to 99' },
    ],
    [
      'a time in the past, which is not built yet',
      { at: '2026-01-01T00:00:00Z' },
      { subject: 'at', fix: 'Remove the input, or mend its spelling.' },
    ],
  ])('refuses %s', (_name, inputs, problem) => {
    expect(listProblems(readInputs, { ...given, ...inputs }, files)).toMatchObject([problem]);
  });

  test('tells all that is wrong at once', () => {
    const wrong = { system: 'no.yml', 'from-environment': 'A B', mode: 'go', 'dry-run': 'yes' };

    const problems = listProblems(readInputs, wrong, files);

    expect(problems.map(({ subject }) => subject)).toEqual([
      'system',
      'from-environment',
      'to-environment',
      'mode',
      'dry-run',
    ]);
  });
});
