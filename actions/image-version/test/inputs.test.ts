import { describe, expect, test } from '@jest/globals';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { nameRepository, readInputs } from '../src/inputs.js';

const one = `apiVersion: slipway/v1
services: { orders: { paths: [./services/orders/] } }
`;
const several = `apiVersion: slipway/v1
services:
  orders: { paths: [services/orders] }
  catalog: {}
`;
const unless = {
  isOnly: true,
  isPrefixGiven: false,
  majorZero: 'major',
  isStrict: false,
  mayFetch: true,
  isTagging: false,
  isReleasing: false,
  isDryRun: false,
};
const filesOf = (config: string): Readonly<Record<string, string>> => ({
  '.github/slipway.yml': config,
});

describe('readInputs', () => {
  test('without a configuration the repository is one service', () => {
    expect(readWith(readInputs, {})).toEqual({
      ...unless,
      services: [{ tagPrefix: 'v', paths: [] }],
      isAll: false,
      initialVersion: '0.1.0',
      levels: [],
      releaseBranches: ['main', 'master'],
      timeoutMs: 600_000,
    });
  });

  test('every input', () => {
    const inputs = {
      service: 'orders',
      config: '.github/slipway.yml',
      'tag-prefix': 'rel-',
      'initial-version': '1.0.0',
      levels: 'Docs: patch, perf:minor\nfix: none',
      bump: 'major',
      'release-branches': 'trunk, stable',
      paths: 'src, go.mod',
      all: 'false',
      base: 'origin/main',
      'major-zero': 'shift',
      strict: 'true',
      deepen: 'false',
      'create-tag': 'true',
      'create-release': 'false',
      'dry-run': 'true',
      'github-token': 'ghs_token',
      timeout: '30s',
    };

    expect(readWith(readInputs, inputs, filesOf(several))).toEqual({
      isOnly: false,
      isPrefixGiven: true,
      majorZero: 'shift',
      isStrict: true,
      mayFetch: false,
      isTagging: true,
      isReleasing: false,
      isDryRun: true,
      token: expect.objectContaining({}),
      services: [{ name: 'orders', tagPrefix: 'rel-', paths: ['src', 'go.mod'] }],
      isAll: false,
      initialVersion: '1.0.0',
      levels: [
        { type: 'docs', level: 'patch' },
        { type: 'perf', level: 'minor' },
        { type: 'fix', level: 'none' },
      ],
      bump: 'major',
      releaseBranches: ['trunk', 'stable'],
      base: { kind: 'ref', ref: 'origin/main' },
      timeoutMs: 30_000,
    });
  });

  test.each([
    ['the only service', {}, one, [{ name: 'orders', tagPrefix: 'v', paths: ['services/orders'] }]],
    [
      'one of several',
      { service: 'orders' },
      several,
      [{ name: 'orders', tagPrefix: '{service}-v', paths: ['services/orders'] }],
    ],
    [
      'all of several',
      { all: 'true' },
      several,
      [
        { name: 'orders', tagPrefix: '{service}-v', paths: ['services/orders'] },
        { name: 'catalog', tagPrefix: '{service}-v', paths: [] },
      ],
    ],
  ])('the configuration names %s', (_name, inputs, config, services) => {
    expect(readWith(readInputs, inputs, filesOf(config)).services).toEqual(services);
  });

  test('what is deployed is looked up in the record of each service', () => {
    const config = `${several}environments: { test: { context: test, namespace: shop } }\n`
      .replace('{ paths: [services/orders] }', '{ image: registry.example.com/orders }')
      .replace('catalog: {}', 'catalog: { image: registry.example.com/catalog }');
    const given = { all: 'true', base: 'deployed', environment: 'test' };

    const { base } = readWith(readInputs, given, filesOf(config));

    expect(base).toMatchObject({
      kind: 'deployed',
      places: [
        { service: 'orders', environment: 'test' },
        { service: 'catalog', environment: 'test' },
      ],
    });
  });

  test('a release has a tag', () => {
    expect(readWith(readInputs, { 'create-release': 'true' })).toMatchObject({ isTagging: true });
  });

  test.each([
    ['which of several services', {}, several, ['service']],
    ['a service of none', { service: 'payments' }, several, ['service']],
    ['a bump of no level', { bump: 'none' }, one, ['bump']],
    ['a prerelease to begin with', { 'initial-version': '1.0.0-rc.1' }, one, ['initial-version']],
    ['levels that are none', { levels: 'docs, perf: tiny' }, one, ['levels', 'levels']],
    ['a prefix that git does not take', { 'tag-prefix': 'v*' }, one, ['tag-prefix']],
    ['paths outside', { paths: '../other, /etc, :!x' }, one, ['paths', 'paths', 'paths']],
    ['a pattern of branches', { 'release-branches': 'release/*' }, one, ['release-branches']],
    [
      'all with what is for one',
      { all: 'true', service: 'orders', paths: 'src', bump: 'minor' },
      several,
      ['service', 'paths', 'bump'],
    ],
    ['all with one prefix', { all: 'true', 'tag-prefix': 'v' }, several, ['tag-prefix']],
    ['what is deployed nowhere', { base: 'deployed' }, one, ['environment']],
    [
      'an environment that nothing is compared with',
      { environment: 'test', 'plain-http': 'localhost:5000' },
      one,
      ['environment', 'plain-http'],
    ],
    ['rules before 1.0.0 that there are not', { 'major-zero': 'none' }, one, ['major-zero']],
    ['paths of the configuration', {}, one.replace('./', '../'), ['services.orders.paths']],
    ['an input that there is not', { colour: 'blue' }, one, ['colour']],
  ])('refuses: %s', (_name, inputs, config, subjects) => {
    const problems = listProblems(readInputs, inputs, filesOf(config));

    expect(problems.map(({ subject }) => subject)).toEqual(subjects);
  });

  test('says what was expected', () => {
    const problems = listProblems(readInputs, { levels: 'docs', bump: 'x' });

    expect(problems).toEqual([
      { subject: 'bump', given: 'x', expected: 'one of patch, minor, major' },
      {
        subject: 'levels',
        given: 'docs',
        expected: 'a type and its level: perf: minor (or none, patch, major)',
      },
    ]);
  });
});

test.each([
  ['on GitHub', 'shop/orders', '/home/ada/checkout', 'orders'],
  ['on a laptop', undefined, '/home/ada/orders-api', 'orders-api'],
])('the repository is named %s', (_name, repository, folder, name) => {
  expect(nameRepository(repository, folder)).toBe(name);
});
