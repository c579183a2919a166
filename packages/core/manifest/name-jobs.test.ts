import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '../errors/index.js';
import { parseDigest, type Digest } from '../image-ref/index.js';
import { nameJobs } from './name-jobs.js';
import type { KubernetesObject } from './kubernetes-object.js';
import { phases } from './phases.js';

/** No hash, but another text is another digest. */
function sum(text: string): Digest {
  let value = 7;
  for (const letter of text) value = (value * 31 + letter.charCodeAt(0)) % 0xffffffff;
  return parseDigest(`sha256:${value.toString(16).padStart(8, '0').repeat(8)}`, 'test');
}

function job(name: string, image: string, annotations = {}): KubernetesObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, annotations },
    spec: { template: { spec: { containers: [{ name: 'app', image }] } } },
  };
}

function names(objects: readonly KubernetesObject[]): readonly string[] {
  return nameJobs(objects, sum).map(({ metadata }) => metadata.name);
}

describe('a Job is named by what is in it', () => {
  test('the same content has the same name, another content another', () => {
    const [first = ''] = names([job('migrate', 'app:1')]);
    const [again] = names([job('migrate', 'app:1')]);
    const [other] = names([job('migrate', 'app:2')]);

    expect(first).toMatch(/^migrate-[0-9a-f]{8}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a volume', { volumes: [{ name: 'sql', configMap: { name: 'sql' } }] }],
    [
      'a projected volume',
      { volumes: [{ name: 'all', projected: { sources: [{ configMap: { name: 'sql' } }] } }] },
    ],
    [
      'its variables',
      { containers: [{ name: 'app', envFrom: [{ configMapRef: { name: 'sql' } }] }] },
    ],
    [
      'one variable of an init container',
      {
        initContainers: [
          {
            name: 'wait',
            env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'sql', key: 'a' } } }],
          },
        ],
      },
    ],
  ])('what a ConfigMap holds that it reads as %s belongs to it', (_name, spec) => {
    const migrate = {
      ...job('migrate', 'app:1'),
      spec: { template: { spec: { containers: [], ...spec } } },
    };
    const configMap = (name: string, a: string): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { a },
    });

    const [first] = names([migrate, configMap('sql', '1'), configMap('other', '1')]);
    const [other] = names([migrate, configMap('sql', '1'), configMap('other', '2')]);
    const [changed] = names([migrate, configMap('sql', '2'), configMap('other', '1')]);

    expect(other).toBe(first);
    expect(changed).not.toBe(first);
  });

  test('a long name leaves room for the hash', () => {
    const [name = ''] = names([job(`${'a'.repeat(53)}-${'b'.repeat(9)}`, 'app:1')]);

    expect(name).toMatch(/^a{53}-[0-9a-f]{8}$/);
    expect(name.length).toBeLessThanOrEqual(63);
  });

  test('what names the Job follows it, and a CronJob stays', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'migrate' },
      spec: { podSelector: { matchLabels: { 'job-name': 'migrate', app: 'migrate' } } },
    };
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'waiter' },
      rules: [
        { apiGroups: ['batch'], resources: ['jobs'], resourceNames: ['migrate'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods'], resourceNames: ['migrate'], verbs: ['get'] },
      ],
    };
    const cron = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'migrate' } };

    const named = nameJobs([job('migrate', 'app:1'), policy, role, cron], sum);

    const name = named[0]?.metadata.name;
    expect(named[1]?.['spec']).toEqual({
      podSelector: { matchLabels: { 'job-name': name, app: 'migrate' } },
    });
    expect(named[2]?.['rules']).toMatchObject([
      { resourceNames: [name] },
      { resourceNames: ['migrate'] },
    ]);
    expect(named[3]?.metadata.name).toBe('migrate');
  });
});

describe('the annotation slipway.dev/phase', () => {
  test.each([
    ['migrations', 'migrations'],
    ['after-available', 'after-available'],
    ['smoke-test', 'smoke-test'],
  ])('%s puts a Job into the phase %s', (value, phase) => {
    const annotations = { 'slipway.dev/phase': value, 'slipway.dev/migration': 'none' };

    expect(phases([job('x', 'app:1', annotations)]).map(({ name }) => name)).toEqual([phase]);
  });

  test('all that it cannot mean is told at once', () => {
    const later = job('x', 'app:1', { 'slipway.dev/phase': 'later' });
    const pod = { ...job('y', 'app:1', { 'slipway.dev/phase': 'smoke-test' }), kind: 'Deployment' };

    const refuse = (): unknown => nameJobs([later, pod], sum);

    expect(refuse).toThrow(SlipwayError);
    expect(refuse).toThrow(
      expect.objectContaining({
        problems: [
          {
            subject: 'Job x, annotation slipway.dev/phase',
            given: 'later',
            expected: 'one of migrations, after-available, smoke-test',
          },
          {
            subject: 'Deployment y, annotation slipway.dev/phase',
            given: 'Deployment',
            expected: 'a Job: only a Job runs in a phase of its own',
            fix: 'Put its pod template into a Job.',
          },
        ],
      }),
    );
  });
});
