import { describe, expect, test } from '@jest/globals';
import { describeHelmEnvironment, formatHelmTemplate, type HelmTemplate } from './helm-command.js';

const request: HelmTemplate = {
  chart: 'deploy/chart',
  releaseName: 'orders',
  namespace: 'shop',
  values: [],
  kubeVersion: '1.34.0',
  apiVersions: [],
};

describe('formatHelmTemplate', () => {
  test.each<[string, Partial<HelmTemplate>, readonly string[]]>([
    ['nothing but a chart', {}, []],
    [
      'values in their order',
      { values: ['a.yaml', 'b.yaml'] },
      ['--values', 'a.yaml', '--values', 'b.yaml'],
    ],
    [
      'APIs that the cluster has',
      { apiVersions: ['a/v1', 'b/v1/Kind'] },
      ['--api-versions', 'a/v1', '--api-versions', 'b/v1/Kind'],
    ],
  ])('%s', (_name, changes, more) => {
    expect(formatHelmTemplate({ ...request, ...changes })).toEqual([
      ...['template', 'orders', 'deploy/chart', '--namespace', 'shop', '--include-crds'],
      ...['--kube-version', '1.34.0'],
      ...more,
    ]);
  });
});

test('nothing of the user’s settings is left to Helm, and no cluster', () => {
  const environment = describeHelmEnvironment('/tmp/helm');

  expect(environment).toMatchObject({
    HELM_CONFIG_HOME: '/tmp/helm/config',
    HELM_KUBEAPISERVER: undefined,
    HELM_PLUGINS: undefined,
    KUBECONFIG: '/tmp/helm/no-cluster',
  });
  expect(Object.keys(environment)).toContain('HELM_KUBETOKEN');
});
