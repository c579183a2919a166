import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { openLab, type Lab } from '@slipway/lab/parts';
import {
  listVerbs,
  runAct,
  takeTemplate,
  writeRelease,
  type Act,
  type ActResult,
  type ActRun,
} from './act.js';

const timeoutMs = 120_000;

let lab: Lab;
let folder: string;
let act: Act;
let repository: string;

beforeAll(async () => {
  lab = await openLab();
  folder = mkdtempSync(join(tmpdir(), 'slipway-wiring-'));
  const release = join(folder, 'release');
  writeRelease(release, writeStandIns);
  act = { program: await lab.program('act'), folder, release };
  repository = join(folder, 'repository');
  await writeRepository();
}, timeoutMs);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await lab.close();
}, timeoutMs);

/** Every verb is the same small program, which says what it was given. */
function writeStandIns(dist: string): void {
  for (const verb of listVerbs()) {
    cpSync(join(import.meta.dirname, 'stand-ins/verb'), join(dist, verb), { recursive: true });
  }
}

async function writeRepository(): Promise<void> {
  const workflows = join(repository, '.github/workflows');
  mkdirSync(workflows, { recursive: true });
  for (const name of ['pull-request', 'continuous-delivery', 'rollback']) {
    writeFileSync(join(workflows, `${name}.yml`), takeTemplate(name, 'orders'));
  }
  const git = async (...args: readonly string[]): Promise<unknown> =>
    runCommand(['git', '-c', 'user.name=ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: repository,
    });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('remote', 'add', 'origin', 'https://github.com/shop/shop');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'feat: the shop');
}

interface Answer {
  readonly outputs?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly exitCode?: number;
}

interface Call {
  readonly job: string;
  readonly verb: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

async function run(
  answers: Readonly<Record<string, Answer>>,
  what: ActRun,
): Promise<ActResult & { readonly calls: readonly Call[] }> {
  const standIn = join(folder, 'stand-in');
  rmSync(join(folder, 'artifacts'), { recursive: true, force: true });
  mkdirSync(standIn, { recursive: true });
  writeFileSync(join(standIn, 'answers.json'), JSON.stringify(answers));
  writeFileSync(join(standIn, 'calls'), '');
  const result = await runAct(act, repository, {
    ...what,
    env: { SLIPWAY_STAND_IN: standIn },
    secrets,
  });
  const calls = readFileSync(join(standIn, 'calls'), 'utf8').trim().split('\n').filter(Boolean);
  return { ...result, calls: calls.map((line) => JSON.parse(line) as Call) };
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
      'test: k8s-deploy ',
      'test: integration-gate run',
      'plan: promote-to-prod plan',
      'production: promote-to-prod apply',
      'production: k8s-deploy ',
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
      'test: k8s-deploy ': { environment: 'test', images: candidate },
      'test: integration-gate run': { environment: 'test', candidate },
      'plan: promote-to-prod plan': { environment: 'production', candidate },
      'production: k8s-deploy ': { environment: 'production', bundle },
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
