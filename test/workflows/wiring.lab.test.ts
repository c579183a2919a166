import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ActResult, ActRun } from './act.js';
import { runCommand, type CommandResult } from '@slipway/io/command';
import { readWorkflowFiles } from './workflow-file.js';
import { openWiring, type Answer, type Call, type Wiring } from './wiring.js';

const timeoutMs = 120_000;

let wiring: Wiring;

beforeAll(async () => {
  wiring = await openWiring();
}, timeoutMs);

afterAll(async () => {
  await wiring.close();
}, timeoutMs);

async function run(...[answers, what]: Parameters<Wiring['run']>): ReturnType<Wiring['run']> {
  return wiring.run(answers, { secrets, ...what });
}

const secrets = {
  REGISTRY_AUTH: 'registry.example.com ci candidates',
  PRODUCTION_REGISTRY_AUTH: 'registry.example.com ci production',
  TEST_KUBECONFIG: 'apiVersion: v1\nkind: Config # test',
  PRODUCTION_KUBECONFIG: 'apiVersion: v1\nkind: Config # production',
};
const candidate = 'registry.example.com/shop/orders@sha256:cc';
const bundle = 'registry.example.com/production/orders-ledger@sha256:bb';

/** A road on which everything works. */
const straight = {
  'image-version': {
    outputs: {
      version: '1.2.0',
      commit: 'HEAD',
      changed: 'true',
      'is-release': 'true',
      'image-tags': '1.2.0',
      labels: 'org.opencontainers.image.version=1.2.0',
      annotations: 'org.opencontainers.image.version=1.2.0',
    },
  },
  'containerized-build': {
    outputs: { layout: '/layout', digest: 'sha256:cc', evidence: '/evidence/unit-tests.json' },
  },
  'registry-push': { outputs: { reference: candidate, digest: 'sha256:cc' } },
  'promote-to-prod plan': {
    outputs: { decision: 'proceed', 'approval-environment': '', 'plan-digest': 'sha256:aa' },
    files: { plan: 'the plan of 1.2.0' },
  },
  'promote-to-prod apply': {
    outputs: { reference: 'registry.example.com/production/orders@sha256:cc', bundle },
  },
  'k8s-deploy': { outputs: { status: 'succeeded' } },
} as const satisfies Readonly<Record<string, Answer>>;

const push = {
  event: 'push',
  workflow: '.github/workflows/continuous-delivery.yml',
  payload: { ref: 'refs/heads/main', before: '1'.repeat(40) },
} as const;

describe('continuous-delivery, when everything works', () => {
  let calls: readonly Call[];
  let jobs: ActResult['jobs'];

  beforeAll(async () => {
    ({ calls, jobs } = await run(straight, push));
  }, timeoutMs);

  test('each verb is given what the ones before it answered', () => {
    const given = Object.fromEntries(
      calls.map(({ job, verb, inputs }) => [`${job}: ${verb} ${inputs['mode'] ?? ''}`, inputs]),
    );
    expect(Object.keys(given)).toEqual([
      'build: image-version ',
      'build: containerized-build ',
      'build: registry-push ',
      'test: k8s-deploy deploy',
      'test: integration-gate run',
      'plan: promote-to-prod plan',
      'production: promote-to-prod apply',
      'production: k8s-deploy deploy',
    ]);
    expect(calls.every(({ inputs }) => inputs['service'] === 'orders')).toBe(true);
    expect(given).toMatchObject({
      'build: image-version ': { base: '1'.repeat(40) },
      'build: containerized-build ': {
        'build-args': 'VERSION=1.2.0',
        labels: 'org.opencontainers.image.version=1.2.0',
      },
      'build: registry-push ': {
        source: '/layout',
        tags: '1.2.0',
        evidence: '/evidence/unit-tests.json',
      },
      'test: k8s-deploy deploy': { environment: 'test', images: candidate },
      'test: integration-gate run': { environment: 'test', candidate },
      'plan: promote-to-prod plan': { environment: 'production', candidate },
      'production: k8s-deploy deploy': { environment: 'production', bundle },
    });
    expect(jobs.map(([, result]) => result)).not.toContain('failure');
  });

  test('the plan that production carries out is the file that was planned', () => {
    const plans = calls.filter(({ job }) => job === 'production').map(({ files }) => files['plan']);
    expect(plans).toEqual(['the plan of 1.2.0', 'the plan of 1.2.0']);
  });

  test('each job has the access that it needs, and no other', () => {
    expect(
      calls.map(({ job, inputs, files }) => [
        job,
        inputs['registry-auth'],
        files['kubeconfig']?.trim().split('# ')[1],
      ]),
    ).toEqual([
      ['build', undefined, undefined],
      ['build', undefined, undefined],
      ['build', secrets.REGISTRY_AUTH, undefined],
      ['test', secrets.REGISTRY_AUTH, 'test'],
      ['test', secrets.REGISTRY_AUTH, 'test'],
      ['plan', secrets.REGISTRY_AUTH, undefined],
      ['production', secrets.PRODUCTION_REGISTRY_AUTH, undefined],
      ['production', secrets.PRODUCTION_REGISTRY_AUTH, 'production'],
    ]);
  });
});

describe('continuous-delivery', () => {
  const version = straight['image-version'].outputs;
  const plan = straight['promote-to-prod plan'];
  const approval = { decision: 'approve', 'approval-environment': 'production-approval' };

  test.each<[string, Readonly<Record<string, Answer>>, readonly string[]]>([
    [
      'a plan that somebody approves',
      {
        ...straight,
        'promote-to-prod plan': { ...plan, outputs: { ...plan.outputs, ...approval } },
      },
      ['build', 'test', 'plan', 'approve', 'production'],
    ],
    ['a plan that nobody has to approve', straight, ['build', 'test', 'plan', 'production']],
    [
      'a plan that is blocked',
      {
        ...straight,
        'promote-to-prod plan': { outputs: { decision: 'blocked' }, exitCode: 1 },
      },
      ['build', 'test', 'plan: failure'],
    ],
    [
      'a plan that cannot be kept for production',
      { ...straight, 'promote-to-prod plan': { outputs: plan.outputs } },
      ['build', 'test', 'plan: failure'],
    ],
    [
      'a suite that fails',
      { ...straight, 'integration-gate run': { exitCode: 1 } },
      ['build', 'test: failure'],
    ],
    [
      'a test that fails',
      { ...straight, 'containerized-build': { exitCode: 1 } },
      ['build: failure'],
    ],
    [
      'a commit that releases nothing',
      { ...straight, 'image-version': { outputs: { ...version, 'is-release': 'false' } } },
      ['build'],
    ],
    [
      'a commit of another service',
      { ...straight, 'image-version': { outputs: { ...version, changed: 'false' } } },
      ['build'],
    ],
    [
      'a promotion that stops',
      { ...straight, 'promote-to-prod apply': { exitCode: 1 } },
      ['build', 'test', 'plan', 'production: failure'],
    ],
  ])(
    '%s',
    async (_name, answers, expected) => {
      const { jobs } = await run(answers, push);

      const inner = jobs.filter(([id]) => id !== 'deliver');
      expect(inner.map(([id, result]) => (result === 'success' ? id : `${id}: ${result}`))).toEqual(
        expected,
      );
    },
    timeoutMs,
  );

  test(
    'the first push of a branch has nothing before it',
    async () => {
      const unchanged = { 'image-version': { outputs: { ...version, changed: 'false' } } };

      const { calls } = await run(unchanged, {
        ...push,
        payload: { ref: 'refs/heads/main', before: '0'.repeat(40) },
      });

      expect(calls[0]).toMatchObject({ verb: 'image-version', inputs: { service: 'orders' } });
      expect(calls[0]?.inputs).not.toHaveProperty('base');
    },
    timeoutMs,
  );
});

describe('a kubeconfig that GitHub does not hand over is told at once', () => {
  const { TEST_KUBECONFIG, PRODUCTION_KUBECONFIG, ...others } = secrets;
  const dispatch = {
    event: 'workflow_dispatch',
    workflow: '.github/workflows/rollback.yml',
    payload: { inputs: { service: 'orders', environment: 'production', to: '1.1.0', reason: 'x' } },
  } as const;

  test.each<[string, string, ActRun, string]>([
    [
      'test',
      'k8s-deploy',
      { ...push, secrets: { ...others, PRODUCTION_KUBECONFIG } },
      'TEST_KUBECONFIG',
    ],
    [
      'production',
      'k8s-deploy',
      { ...push, secrets: { ...others, TEST_KUBECONFIG } },
      'PRODUCTION_KUBECONFIG',
    ],
    ['rollback', 'rollback', { ...dispatch, secrets: others }, 'PRODUCTION_KUBECONFIG'],
  ])(
    '%s',
    async (job, deployer, what, name) => {
      const { jobs, calls } = await run(straight, what);
      const { stdout } = await runWithout(what.workflow, job);

      expect(jobs.filter(([, result]) => result === 'failure')).toEqual([[job, 'failure']]);
      expect(calls.map((call) => [call.job, call.verb])).not.toContainEqual([job, deployer]);
      expect(stdout).toBe(
        `::error::The secret ${name} is empty: set it for the repository, or for the GitHub environment of this job.\n`,
      );
    },
    timeoutMs,
  );

  /** The step that takes the kubeconfig, run without one: of a step that ends at once act may lose the words. */
  async function runWithout(path: string, job: string): Promise<CommandResult> {
    const file = readWorkflowFiles().find((each) => each.path === path);
    const steps = file?.workflow.jobs[job]?.steps ?? [];
    const script = steps.find(({ env }) => env?.['KUBECONFIG_TEXT'] !== undefined)?.run;
    if (script === undefined) throw new Error(`${path}: no step of ${job} takes a kubeconfig`);
    return runCommand(['bash', '-e', '-c', script], {
      acceptExitCodes: [1],
      env: { KUBECONFIG_TEXT: '', RUNNER_TEMP: '/nonexistent' },
    });
  }
});

describe('pull-request', () => {
  test(
    'builds and tests, and pushes nothing',
    async () => {
      const { calls } = await run(straight, {
        event: 'pull_request',
        workflow: '.github/workflows/pull-request.yml',
        payload: { pull_request: { head: { ref: 'cheaper' }, base: { ref: 'main' } } },
      });

      expect(calls.map(({ verb }) => verb)).toEqual(['image-version', 'containerized-build']);
      expect(calls[1]?.inputs).toMatchObject({ 'build-args': 'VERSION=1.2.0' });
    },
    timeoutMs,
  );
});

describe('rollback', () => {
  test(
    'hands on what a person wrote, as it was written',
    async () => {
      const reason = 'everything is free; $(id) "since" 1.3.0';

      const { calls, jobs } = await run(straight, {
        event: 'workflow_dispatch',
        workflow: '.github/workflows/rollback.yml',
        payload: {
          inputs: { service: 'orders', environment: 'production', to: '1.1.0', reason },
        },
      });

      expect(calls).toMatchObject([
        {
          verb: 'rollback',
          inputs: {
            service: 'orders',
            environment: 'production',
            to: '1.1.0',
            reason,
            'registry-auth': secrets.PRODUCTION_REGISTRY_AUTH,
          },
          files: { kubeconfig: `${secrets.PRODUCTION_KUBECONFIG}\n` },
        },
      ]);
      expect(jobs.map(([, result]) => result)).not.toContain('failure');
    },
    timeoutMs,
  );
});
