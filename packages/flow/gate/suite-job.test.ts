import { describe, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { digestOf, formatReference, parseRepository } from '@slipway/core/image-ref';
import { parseManifests, recordAt, valueAt } from '@slipway/core/manifest';
import { buildSuiteJob, chooseSuiteJob, planSuiteJob, type SuiteRun } from './suite-job.js';

const candidate = {
  repository: parseRepository('r.example.com/shop/orders'),
  digest: digestOf('a'.repeat(64)),
};
const run: SuiteRun = {
  service: 'orders',
  environment: 'test',
  namespace: 'shop',
  candidate,
  id: '0123abcd',
  timeoutMs: 90_500,
};
const told = [
  { name: 'SLIPWAY_CANDIDATE', value: formatReference(candidate) },
  { name: 'SLIPWAY_ENVIRONMENT', value: 'test' },
];

function choose(yaml: string): ReturnType<typeof chooseSuiteJob> {
  return chooseSuiteJob(parseManifests(yaml, 'suite.yaml'), 'suite.yaml');
}

function job(spec: string, pod = ''): string {
  return `
apiVersion: batch/v1
kind: Job
metadata: { name: suite }
spec: { ${spec} template: { spec: { ${pod} containers: [{ name: tests, image: tests }] } } }`;
}

describe('the Job of a manifest', () => {
  test('gets what makes it this run, and keeps what it says', () => {
    const planned = planSuiteJob(
      choose(`
apiVersion: batch/v1
kind: Job
metadata: { name: suite, labels: { team: shop } }
spec:
  backoffLimit: 2
  template:
    metadata: { labels: { app: suite } }
    spec:
      initContainers: [{ name: wait, image: tests }]
      containers:
        - name: tests
          image: tests
          env: [{ name: URL, value: http://orders }, { name: SLIPWAY_CANDIDATE, value: nonsense }]
`),
      run,
    );

    const labels = { 'slipway.dev/gate': 'integration', 'slipway.dev/service': 'orders' };
    expect(planned).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'suite-0123abcd', namespace: 'shop', labels: { team: 'shop', ...labels } },
      spec: {
        backoffLimit: 2,
        ttlSecondsAfterFinished: 600,
        activeDeadlineSeconds: 151,
        template: {
          metadata: { labels: { app: 'suite', ...labels } },
          spec: {
            restartPolicy: 'Never',
            initContainers: [{ name: 'wait', image: 'tests', env: told }],
            containers: [
              {
                name: 'tests',
                image: 'tests',
                env: [{ name: 'URL', value: 'http://orders' }, ...told],
              },
            ],
          },
        },
      },
    });
  });

  test('runs once unless it says otherwise', () => {
    expect(valueAt(planSuiteJob(choose(job('')), run), 'spec', 'backoffLimit')).toBe(0);
  });

  test('has a name that pods can bear', () => {
    const long = { ...choose(job('')), metadata: { name: 'x'.repeat(63) } };

    expect(planSuiteJob(long, run).metadata.name).toBe(`${'x'.repeat(54)}-0123abcd`);
  });

  test('of another namespace is refused', () => {
    const other = { ...choose(job('')), metadata: { name: 'suite', namespace: 'other' } };

    expect(() => planSuiteJob(other, run)).toThrow('1 problem in the manifests');
  });
});

test.each([
  [
    'no Job',
    '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a } }',
    [['ConfigMap a', 'one Job and nothing else']],
  ],
  [
    'a Job and more',
    `${job('')}\n---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: a } }`,
    [['Job suite, ConfigMap a', 'one Job and nothing else']],
  ],
  [
    'everything that hides an outcome',
    job('suspend: true, completions: 2, parallelism: 3,', 'restartPolicy: OnFailure,'),
    [
      ['restartPolicy: OnFailure', 'restartPolicy: Never'],
      ['suspend: true', 'a Job that runs'],
      ['completions: 2', 'one pod: one log, one report'],
      ['parallelism: 3', 'one pod: one log, one report'],
    ],
  ],
])('%s is refused', (_name, yaml, expected) => {
  let failure: unknown;

  try {
    choose(yaml);
  } catch (error) {
    failure = error;
  }

  const problems = failure instanceof SlipwayError ? failure.problems : [];
  expect(problems.map((problem) => [problem.given, problem.expected])).toEqual(expected);
});

test.each([
  ['lines for its shell', 'make check\nmake test', ['/bin/sh', '-ec', 'make check\nmake test']],
  ['its own command', undefined, undefined],
])('an image with %s', (_name, lines, command) => {
  const planned = planSuiteJob(buildSuiteJob('r.example.com/suite:1', lines), run);
  const pod = recordAt(planned, 'spec', 'template', 'spec');

  expect(planned.metadata.name).toBe('integration-0123abcd');
  expect(pod).toEqual({
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'suite',
        image: 'r.example.com/suite:1',
        ...(command === undefined ? {} : { command }),
        securityContext: { allowPrivilegeEscalation: false },
        env: told,
      },
    ],
  });
});
