import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import { parseManifests, splitTurns, translateHelmHooks, type KubernetesObject } from './index.js';

function hook(kind: string, annotations: Readonly<Record<string, string>>): KubernetesObject {
  const groups = new Map([
    ['Job', 'batch/v1'],
    ['Deployment', 'apps/v1'],
    ['Role', 'rbac.authorization.k8s.io/v1'],
  ]);
  return {
    apiVersion: groups.get(kind) ?? 'v1',
    kind,
    metadata: { name: 'it', annotations },
    spec: { template: { spec: { containers: [{ name: 'it', image: 'it' }] } } },
  };
}

function told(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return error.problems.map(
      ({ subject, given = 'nothing', expected, fix }) =>
        `${subject}: ${given}, expected ${expected}${fix === undefined ? '' : `; ${fix}`}`,
    );
  }
  throw new Error('nothing was thrown');
}

describe('a Job that is a hook belongs to a phase', () => {
  test.each([
    ['pre-install,pre-upgrade', 'migrations'],
    [' Pre-Upgrade , pre-rollback,PRE-INSTALL', 'migrations'],
    ['post-install, post-upgrade', 'after-available'],
    ['test', 'smoke-test'],
    ['test-success', 'smoke-test'],
  ])('%j runs in the phase %s', (events, phase) => {
    const { objects, notes } = translateHelmHooks([hook('Job', { 'helm.sh/hook': events })]);

    expect(objects[0]?.metadata.annotations).toEqual({ 'slipway.dev/phase': phase });
    expect(notes).toEqual([]);
  });

  test.each(['pre-delete', 'post-delete,post-rollback', 'pre-rollback'])(
    '%s never runs: it is left out, and told',
    (events) => {
      const { objects, notes } = translateHelmHooks([hook('Job', { 'helm.sh/hook': events })]);

      expect(objects).toEqual([]);
      expect(notes).toEqual([
        `Job it is left out: its hook ${events.split(',').join(', ')} never runs`,
      ]);
    },
  );

  test('what is annotated beside the hook is kept, and what is Helm’s own is not', () => {
    const { objects } = translateHelmHooks([
      hook('Job', {
        'helm.sh/hook': 'pre-install,pre-upgrade',
        'helm.sh/hook-weight': '-5',
        'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
        'helm.sh/hook-output-log-policy': 'hook-failed',
        'slipway.dev/migration': 'expand',
        'example.com/team': 'shop',
      }),
    ]);

    expect(objects[0]?.metadata.annotations).toEqual({
      'slipway.dev/phase': 'migrations',
      'slipway.dev/order': '-5',
      'slipway.dev/migration': 'expand',
      'example.com/team': 'shop',
    });
  });

  test('a phase that is written wins over the hooks', () => {
    const { objects } = translateHelmHooks([
      hook('Job', {
        'helm.sh/hook': 'post-install,pre-upgrade',
        'slipway.dev/phase': 'after-available',
      }),
    ]);

    expect(objects[0]?.metadata.annotations).toEqual({ 'slipway.dev/phase': 'after-available' });
  });
});

test('the weights of Jobs are their order: each turn waits for the one before', () => {
  const service = hook('Service', {});
  const job = (name: string, weight: string): KubernetesObject => {
    const annotations = {
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-weight': weight,
    };
    return { ...hook('Job', annotations), metadata: { name, annotations } };
  };

  const { objects } = translateHelmHooks([
    job('c', '5'),
    job('b', '0'),
    job('a', '-1'),
    job('d', '5'),
  ]);

  const turns = splitTurns([service, ...objects]);
  expect(turns.map((turn) => turn.map(({ metadata }) => metadata.name))).toEqual([
    ['it', 'a'],
    ['b'],
    ['c', 'd'],
  ]);
});

test('a Pod becomes a Job that runs it once', () => {
  const [pod] = parseManifests(
    `
    apiVersion: v1
    kind: Pod
    metadata:
      name: orders-test
      labels: { app: orders }
      annotations: { helm.sh/hook: test, sidecar.istio.io/inject: "false" }
    spec:
      restartPolicy: Always
      containers: [{ name: ask, image: busybox, command: [wget, orders] }]
    `,
    'pod.yaml',
  );

  const { objects } = translateHelmHooks(pod === undefined ? [] : [pod]);

  expect(objects).toEqual([
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'orders-test',
        labels: { app: 'orders' },
        annotations: { 'slipway.dev/phase': 'smoke-test', 'sidecar.istio.io/inject': 'false' },
      },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: {
            labels: { app: 'orders' },
            annotations: { 'sidecar.istio.io/inject': 'false' },
          },
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'ask', image: 'busybox', command: ['wget', 'orders'] }],
          },
        },
      },
    },
  ]);
});

test.each(['ConfigMap', 'ServiceAccount', 'Role', 'Service'])(
  'what a hook’s Job needs is applied like any other: %s',
  (kind) => {
    const { spec, ...object } = hook(kind, {
      'helm.sh/hook': 'pre-install',
      'helm.sh/hook-weight': '-10',
    });

    const { objects } = translateHelmHooks([object]);

    expect(objects.map(({ metadata }) => metadata)).toEqual([{ name: 'it' }]);
  },
);

test('objects without a hook are as they were', () => {
  const object = hook('Deployment', { 'example.com/team': 'shop' });

  expect(translateHelmHooks([object]).objects).toEqual([object]);
});

test('every hook that cannot be kept is told at once', () => {
  const problems = told(() =>
    translateHelmHooks([
      hook('Job', { 'helm.sh/hook': 'crd-install' }),
      hook('Job', { 'helm.sh/hook': 'post-install,pre-upgrade' }),
      hook('Deployment', { 'helm.sh/hook': 'pre-install' }),
      hook('Job', { 'helm.sh/hook': 'post-install' }),
      hook('Pod', { 'helm.sh/hook': 'pre-upgrade,pre-rollback' }),
    ]),
  );

  expect(problems).toEqual([
    'Job it, annotation helm.sh/hook: crd-install, expected one of pre-install, pre-upgrade, post-install, post-upgrade, test, test-success',
    'Job it, annotation helm.sh/hook: post-install, pre-upgrade, expected hooks of one phase, and these are of after-available and migrations; Say when it runs: slipway.dev/phase: after-available.',
    'Deployment it: a hook of kind Deployment, expected a Job, a Pod, or what they need: a ConfigMap, a ServiceAccount, a Role; Take the annotation helm.sh/hook out: then it is applied with the workloads.',
    'Job it, annotation helm.sh/hook: post-install, expected post-upgrade as well: nobody knows here whether it is the first time; If it may run at every deployment, say so: slipway.dev/phase: after-available.',
    'Pod it, annotation helm.sh/hook: pre-upgrade, expected pre-install as well: nobody knows here whether it is the first time; If it may run at every deployment, say so: slipway.dev/phase: migrations.',
  ]);
});
