import { describe, expect, test } from '@jest/globals';
import type { EnvironmentSettings } from '@slipway/core/config';
import { SlipwayError, type Problem } from '@slipway/core/errors';
import { refuseOlder, refuseUnfit } from './judge-target.js';

const environments = new Map<string, EnvironmentSettings>([
  ['test', { isProduction: false }],
  ['second-test', { isProduction: false }],
  ['production', { isProduction: true }],
  ['standby', { isProduction: true, like: 'production' }],
  ['far-standby', { isProduction: true, like: 'standby' }],
  ['rehearsal', { isProduction: false, like: 'production' }],
]);

function listProblems(from: string, to: string, namespaces = ['shop']): readonly Problem[] {
  const bundles = namespaces.map((namespace, index) => ({ service: `s${index}`, namespace }));
  try {
    refuseUnfit({ from, to, environments, namespace: 'shop' }, bundles);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'invalid-input') return error.problems;
    throw error;
  }
  return [];
}

describe('refuseUnfit', () => {
  test.each([
    ['like the source', 'production', 'standby'],
    ['of the same kind', 'test', 'second-test'],
    ['production from what is like it', 'standby', 'production'],
    ['production that is like it by way of another', 'production', 'far-standby'],
    ['no production, but like it', 'production', 'rehearsal'],
  ])('lets pass: %s', (_name, from, to) => {
    expect(listProblems(from, to)).toEqual([]);
  });

  test('refuses what was not promoted where only that may be', () => {
    expect(listProblems('rehearsal', 'production')).toMatchObject([
      {
        subject: 'from-environment',
        given: 'rehearsal',
        expected:
          'an environment with production: true, as production is: it takes only what was promoted',
      },
    ]);
  });

  test('refuses another kind', () => {
    expect(listProblems('production', 'test')).toMatchObject([
      {
        subject: 'to-environment',
        given: 'test',
        expected:
          'an environment with production: true, as production is, or one that is like production',
      },
    ]);
  });

  test('refuses another namespace, of each bundle', () => {
    expect(listProblems('production', 'standby', ['shop', 'store', 'mall'])).toMatchObject([
      {
        subject: 'namespace',
        given: 'shop',
        expected: 'store, for which the bundle of s1 was rendered, in standby',
        fix: 'The bundle would have to be rendered again for it, which redeploy-system does not do yet: deploy the service there with k8s-deploy.',
      },
      { expected: 'mall, for which the bundle of s2 was rendered, in standby' },
    ]);
  });
});

describe('refuseOlder', () => {
  test.each([
    ['nothing there', '1.0.0', undefined],
    ['an older version there', '1.1.0', '1.0.0'],
    ['the same version there', '1.0.0', '1.0.0'],
    ['a version there that is none', '1.0.0', 'build-7'],
  ])('lets pass: %s', (_name, version, there) => {
    const replacement = { name: 'orders', version, ...(there === undefined ? {} : { there }) };

    expect(() => refuseOlder('standby', [replacement])).not.toThrow();
  });

  test('refuses to put older versions in place of newer ones, and names each', () => {
    const replacements = [
      { name: 'catalog', version: '1.0.0', there: '1.0.1' },
      { name: 'orders', version: '1.5.0', there: '1.6.0' },
    ];

    expect(() => refuseOlder('standby', replacements)).toThrow(
      'catalog is 1.0.1 in standby, and 1.0.0 is older; orders is 1.6.0 in standby, and 1.5.0 is older',
    );
  });
});
