import { describe, expect, test } from '@jest/globals';
import { listProblems, readWith } from '@slipway/testing/inputs';
import { readInputs } from '../src/inputs.js';

const candidate = `registry.example.com/team/orders@sha256:${'a'.repeat(64)}`;
const config = `apiVersion: slipway/v1
services:
  orders:
    image: registry.example.com/team/orders
    production-image: registry.example.com/production/orders
    deploy: { kustomization: "deploy/{environment}" }
    depends-on: [catalog]
environments:
  test: { namespace: shop }
  production: { namespace: shop, production: true }
policy: { require: [unit-tests] }
`;
const files = { '.github/slipway.yml': config };

describe('mode plan', () => {
  test('what is empty comes from the configuration', () => {
    const inputs = readWith(readInputs, { environment: 'production', candidate }, files);

    expect(inputs).toMatchObject({
      work: {
        mode: 'plan',
        candidate: { digest: `sha256:${'a'.repeat(64)}` },
        source: { kind: 'kustomization', folder: 'deploy/production' },
        dependsOn: ['catalog'],
      },
      place: { service: 'orders', environment: 'production', isProduction: true },
      namespace: 'shop',
      policy: { file: '.github/slipway.yml', local: { require: ['unit-tests'] } },
      dryRun: false,
    });
  });

  test('everything that is wrong is told at once', () => {
    const problems = listProblems(
      readInputs,
      {
        environment: 'test',
        candidate: 'registry.example.com/team/orders:1.0.0',
        version: 'v1',
        plan: 'plan.tar',
        manifests: 'a',
        kustomization: 'b',
        'override-reason': 'we must',
        'github-token': 'hunter2',
      },
      files,
    );

    expect(problems.map(({ subject, given }) => [subject, given])).toEqual([
      ['environment', 'test'],
      ['version', 'v1'],
      ['plan', 'plan.tar'],
      ['candidate', 'registry.example.com/team/orders:1.0.0'],
      ['manifests', undefined],
      ['override-reason', undefined],
    ]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('a chart is rendered as where it was tried, with the values of production', () => {
    const given = {
      environment: 'production',
      candidate,
      chart: 'deploy/chart',
      values: 'values/{environment}.yaml',
      'image-paths': 'Database.spec.image',
    };

    expect(readWith(readInputs, given, files).work).toMatchObject({
      source: {
        kind: 'chart',
        chart: { kind: 'folder', folder: 'deploy/chart' },
        values: ['values/{environment}.yaml'],
        releaseName: 'orders',
        kubeVersion: '1.34.0',
      },
      imagePaths: [{ kind: 'Database', text: 'Database.spec.image' }],
    });
  });

  test('a token is nothing that can be printed', () => {
    const given = { environment: 'production', candidate, 'github-token': 'hunter2' };

    const inputs = readWith(readInputs, given, files);

    expect(JSON.stringify(inputs)).not.toContain('hunter2');
  });
});

describe('mode apply', () => {
  test('takes a plan', () => {
    const given = { mode: 'apply', environment: 'production', plan: 'plan.tar' };

    expect(readWith(readInputs, given, files).work).toEqual({ mode: 'apply', plan: 'plan.tar' });
  });

  test('takes nothing that is in the plan', () => {
    const given = {
      mode: 'apply',
      environment: 'production',
      candidate,
      manifests: 'a',
      chart: 'b',
    };

    const problems = listProblems(readInputs, given, files);

    expect(problems.map(({ subject, expected }) => [subject, expected])).toEqual([
      ['candidate', 'nothing: mode apply takes what was planned'],
      ['manifests', 'nothing: mode apply takes what was planned'],
      ['chart', 'nothing: mode apply takes what was planned'],
      ['plan', 'a value'],
    ]);
  });
});
