import { describe, expect, test } from '@jest/globals';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';

const image = `registry.example.com/team/orders@sha256:${'a'.repeat(64)}`;
const config = `apiVersion: slipway/v1
services:
  orders:
    deploy: { kustomization: "deploy/{environment}", smoke-test: { path: /healthz } }
environments: { test: { context: test-cluster, namespace: shop, ledger: "r.example.com/ledgers/{service}" } }
`;
const files = { '.github/slipway.yml': config };

describe('readInputs', () => {
  test('all that is wrong is told at once', () => {
    const problems = listProblems(readInputs, {
      environment: 'Test',
      images: 'registry.example.com/team/orders:latest',
      manifests: 'deploy',
      kustomization: 'deploy',
      'third-party-images': 'ignore',
      'smoke-test': '{ path: healthz, retries: 3 }',
      soak: 'soon',
      timeout: '10',
      'on-failure': 'ignore',
      conflicts: 'force',
      migrations: 'ask',
      prune: 'no',
      ledger: 'r.example.com/{team}',
      'registry-auth': 'registry.example.com:hunter2',
      mode: 'promote',
      secret: 'x',
    });

    expect(problems.map(({ subject, given }) => [subject, given])).toEqual([
      ['service', undefined],
      ['environment', 'Test'],
      ['mode', 'promote'],
      ['ledger', 'r.example.com/{team}'],
      ['namespace', undefined],
      ['registry-auth', undefined],
      ['smoke-test: path', 'healthz'],
      ['smoke-test: retries', undefined],
      ['manifests', undefined],
      ['images', 'registry.example.com/team/orders:latest'],
      ['third-party-images', 'ignore'],
      ['soak', 'soon'],
      ['timeout', '10'],
      ['on-failure', 'ignore'],
      ['conflicts', 'force'],
      ['migrations', 'ask'],
      ['prune', 'no'],
      ['secret', undefined],
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('settling takes what a runner always gives, and nothing that only a deployment heeds', () => {
    const place = {
      mode: 'settle',
      environment: 'test',
      image: 'registry.example.com/team/orders',
    };
    const usual = {
      'third-party-images': 'resolve',
      secrets: 'refuse',
      soak: '0s',
      timeout: '10m',
      'on-failure': 'rollback',
      conflicts: 'fail',
      migrations: 'run',
      prune: 'true',
    };

    const { work } = readWith(readInputs, { ...usual, ...place }, files);
    const problems = listProblems(
      readInputs,
      { ...usual, ...place, images: image, soak: '10m', conflicts: 'take', prune: 'false' },
      files,
    );

    expect(work).toEqual({ kind: 'settle' });
    expect(problems.map(({ subject, given }) => [subject, given])).toEqual([
      ['images', image],
      ['soak', '10m'],
      ['conflicts', 'take'],
      ['prune', 'false'],
    ]);
  });

  test('with a bundle its own soak and images hold: others are refused', () => {
    const given = {
      environment: 'test',
      image: 'registry.example.com/team/orders',
      bundle: `r.example.com/ledgers/orders@sha256:${'b'.repeat(64)}`,
      plan: 'plan.tar',
    };

    const problems = listProblems(
      readInputs,
      { ...given, soak: '30m', 'third-party-images': 'fail' },
      files,
    );

    expect(problems.map(({ subject, given: value }) => [subject, value])).toEqual([
      ['third-party-images', 'fail'],
      ['soak', '30m'],
    ]);
    const usual = { soak: '0s', 'third-party-images': 'resolve' };
    expect(readWith(readInputs, { ...given, ...usual }, files).work.kind).toBe('bundle');
  });

  test('what is empty comes from the configuration', () => {
    const inputs = readWith(readInputs, { environment: 'test', images: image }, files);

    expect(inputs).toMatchObject({
      place: {
        service: 'orders',
        namespace: 'shop',
        isProduction: false,
        ledger: 'r.example.com/ledgers/{service}',
        cluster: { context: 'test-cluster' },
      },
      work: {
        kind: 'render',
        source: { kind: 'kustomization', folder: 'deploy/test' },
        smokeTest: { path: '/healthz' },
        soakMs: 0,
      },
      timeoutMs: 600_000,
      onFailure: 'rollback',
      conflicts: 'fail',
      prune: true,
      dryRun: false,
    });
  });

  test('manifests given here stand for the kustomization of the configuration', () => {
    const given = { environment: 'test', images: image, manifests: 'a.yaml, b\nc' };

    expect(readWith(readInputs, given, files).work).toMatchObject({
      source: { kind: 'manifests', paths: ['a.yaml', 'b', 'c'] },
    });
  });

  describe('a chart', () => {
    const chartConfig = `apiVersion: slipway/v1
services:
  orders: { deploy: { chart: { path: "charts/{environment}", values: ["values/{environment}.yaml"], release-name: shop-orders } } }
environments: { test: { namespace: shop, kube-version: 1.31.4, api-versions: [monitoring.coreos.com/v1] } }
`;
    const chartFiles = { '.github/slipway.yml': chartConfig };

    test('of the configuration, with what the environment is', () => {
      const inputs = readWith(readInputs, { environment: 'test', images: image }, chartFiles);

      expect(inputs.work).toMatchObject({
        source: {
          kind: 'chart',
          chart: { kind: 'folder', folder: 'charts/test' },
          values: ['values/{environment}.yaml'],
          releaseName: 'shop-orders',
          kubeVersion: '1.31.4',
          apiVersions: ['monitoring.coreos.com/v1'],
        },
      });
    });

    test('given here stands for all that the configuration says, but for the environment', () => {
      const given = {
        environment: 'test',
        images: image,
        chart: 'oci://registry.example.com/charts/orders:1.2.0+b1',
        values: 'a.yaml\nb.yaml',
        'kube-version': '1.30.0',
      };

      expect(readWith(readInputs, given, chartFiles).work).toMatchObject({
        source: {
          kind: 'chart',
          chart: { kind: 'registry', reference: { tag: '1.2.0_b1' } },
          values: ['a.yaml', 'b.yaml'],
          releaseName: 'orders',
          kubeVersion: '1.30.0',
          apiVersions: ['monitoring.coreos.com/v1'],
        },
      });
    });

    test('that is wrong is told with all that is', () => {
      const given = {
        environment: 'test',
        images: image,
        chart: 'https://charts.example.com/orders',
        'release-name': 'Orders',
        'kube-version': '1.30',
      };

      const problems = listProblems(readInputs, given, chartFiles);

      expect(problems.map(({ subject, expected }) => [subject, expected])).toEqual([
        ['chart', 'a folder, or oci://<registry>/<path>:<version>'],
        ['release-name', 'a name of lower-case letters, digits and “-”, up to 53'],
        ['kube-version', 'a version of Kubernetes, as 1.34.0'],
      ]);
    });

    test('is what values and a release’s name are for, and nothing else', () => {
      const given = { environment: 'test', images: image, values: 'a.yaml' };

      expect(listProblems(readInputs, given, files)).toMatchObject([
        { subject: 'values', given: 'a.yaml', expected: 'nothing without a chart' },
      ]);
    });
  });

  test('an image may stand for another name', () => {
    const given = { environment: 'test', images: `web=${image}\n${image}` };

    expect(readWith(readInputs, given, files).work).toMatchObject({
      images: [{ name: 'web' }, {}],
    });
  });

  test.each([
    'ftp://mirror.example.com',
    'mirror.example.com',
    'https://ci:hunter2@mirror.example.com',
  ])('%s is no mirror, and is not shown', (mirror) => {
    const given = { environment: 'test', images: image, 'tool-mirror': mirror };

    expect(listProblems(readInputs, given, files)).toEqual([
      {
        subject: 'tool-mirror',
        expected: 'an address that begins with https:// or http://, without a password',
      },
    ]);
  });

  test.each([
    ['a list without items', { images: ',' }, 'images', 'at least one item'],
    ['no time at all', { timeout: '0s' }, 'timeout', 'more than no time at all'],
    [
      'a namespace that Kubernetes refuses',
      { namespace: 'Shop!' },
      'namespace',
      'a name of lower-case letters, digits and “-”, up to 63',
    ],
  ])('refuses %s', (_name, given, subject, expected) => {
    const inputs = { environment: 'test', images: image, ...given };

    expect(listProblems(readInputs, inputs, files)).toMatchObject([{ subject, expected }]);
  });
});

describe('production', () => {
  const bundle = `registry.example.com/production/orders-ledger@sha256:${'b'.repeat(64)}`;
  const production = `apiVersion: slipway/v1
services:
  orders: { production-image: registry.example.com/production/orders, deploy: { kustomization: deploy } }
environments: { production: { namespace: shop, production: true } }
policy: { freezes: [{ from: 2026-12-20, to: 2027-01-03, reason: year end }] }
`;
  const productionFiles = { '.github/slipway.yml': production };

  test('takes a bundle and its plan', () => {
    const given = { environment: 'production', bundle, plan: 'plan.tar' };

    const inputs = readWith(readInputs, given, productionFiles);

    expect(inputs.work).toMatchObject({
      kind: 'bundle',
      bundle: { digest: `sha256:${'b'.repeat(64)}` },
      plan: 'plan.tar',
      policy: {
        local: { freezes: [{ from: '2026-12-20', to: '2027-01-03', reason: 'year end' }] },
      },
    });
  });

  test('takes nothing that is rendered on the way', () => {
    const given = { environment: 'production', images: image, manifests: 'deploy' };

    const problems = listProblems(readInputs, given, productionFiles);

    expect(problems.map(({ subject, expected }) => [subject, expected])).toEqual([
      ['images', 'nothing: the bundle has it all'],
      ['manifests', 'nothing: the bundle has it all'],
      ['bundle', 'a value'],
      ['plan', 'a value'],
    ]);
  });

  test('a plan alone is no way in', () => {
    const given = { environment: 'test', images: image, plan: 'plan.tar' };

    expect(listProblems(readInputs, given, files)).toMatchObject([
      { subject: 'plan', expected: 'a plan only together with bundle' },
    ]);
  });
});
