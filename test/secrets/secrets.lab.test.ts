import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatTestResult } from '@slipway/core/evidence';
import { formatReference } from '@slipway/core/image-ref';
import { findSecrets, formatFinding, searchRegistry } from '@slipway/testing/canary';
import { listLiveObjects } from './live-objects.js';
import { formatSecret, formatWorkload, suite } from './manifests.js';
import { openSecretPlaces, type SecretPlaces } from './secret-places.js';
import { WatchedRunner, type WatchedEnd } from './watched-runner.js';

const actions = fileURLToPath(new URL('../../actions', import.meta.url));

let places: SecretPlaces;
let runner: WatchedRunner;

beforeAll(async () => {
  places = await openSecretPlaces('secrets');
  const { github, stage, workspace, dockerConfig, secrets, canary } = places;
  const repository = github.repository('shop', 'app');
  const config = '.github/slipway.yml';
  repository.setEnvironment('production-approval', ['ada']);
  repository.setFile(config, readFileSync(join(workspace, config), 'utf8'));
  writeFileSync(join(workspace, 'app.yaml'), formatWorkload('serve'));
  writeFileSync(join(workspace, 'crash.yaml'), formatWorkload('crash'));
  writeFileSync(join(workspace, 'suite.yaml'), suite);
  writeFileSync(join(workspace, 'secret.yaml'), formatSecret(canary));
  runner = new WatchedRunner({
    secrets,
    githubToken: canary,
    programs: { kubectl: stage.kubectl },
    env: {
      GITHUB_REPOSITORY: 'shop/app',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_ACTOR: 'ada',
      GITHUB_API_URL: github.apiUrl,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKSPACE: workspace,
      DOCKER_CONFIG: dockerConfig,
    },
  });
}, 1_500_000);

afterAll(async () => {
  runner.close();
  await places.close();
}, 60_000);

type Texts = Readonly<Record<string, string>>;

function act(verb: string, inputs: Texts): Promise<WatchedEnd> {
  return runner.run({ action: join(actions, verb), inputs });
}

/** @returns the reference that a cluster can pull, whose digest the candidate has too */
async function makeImage(version: string): Promise<string> {
  return formatReference(await places.stage.push({ version, behaviour: 'serve' }));
}

async function deploy(version: string, manifests: string, more: Texts = {}): Promise<WatchedEnd> {
  const { stage, registryAuth, kubeconfig } = places;
  return act('k8s-deploy', {
    service: 'app',
    environment: 'test',
    images: `app=${await makeImage(version)}`,
    manifests,
    kubeconfig,
    'plain-http': stage.registryHost,
    'registry-auth': registryAuth,
    timeout: '90s',
    ...more,
  });
}

/** One road from an image to production; each step stands on those before it. */
describe('with the canary in every secret place, nobody sees it', () => {
  let candidate = '';
  let planned: WatchedEnd['outputs'] = {};

  test('registry-push', async () => {
    const { registry, registryAuth, stage, workspace } = places;
    const [, digest = ''] = (await makeImage('1.0.0')).split('@');
    const evidence = formatTestResult({
      ...{ gate: 'unit-tests', name: 'app', result: 'PASSED', configuration: [] },
      digest: digest as Parameters<typeof formatTestResult>[0]['digest'],
      at: '2026-01-01T00:00:00Z',
    });
    writeFileSync(join(workspace, 'unit-tests.json'), evidence);

    const end = await act('registry-push', {
      source: join(stage.folder, '1.0.0'),
      image: `${registry.host}/shop/app`,
      tags: '1.0.0',
      evidence: 'unit-tests.json',
      'registry-auth': registryAuth,
    });

    candidate = end.outputs['reference'] ?? '';
    expect(candidate).toBe(`${registry.host}/shop/app@${digest}`);
    expect(end.leaks).toEqual([]);
  });

  test('registry-push with a wrong password', async () => {
    const { registry, registryAuth, stage } = places;

    const end = await act('registry-push', {
      source: join(stage.folder, '1.0.0'),
      image: `${registry.host}/shop/app`,
      'registry-auth': `${registryAuth}, which is not all of it`,
    });

    expect(end.outputs['failure-code']).toBe('registry-denied');
    expect(end.leaks).toEqual([]);
  });

  test('registry-push with a line that is none', async () => {
    const { canary, registry, stage } = places;

    const end = await act('registry-push', {
      source: join(stage.folder, '1.0.0'),
      image: `${registry.host}/shop/app`,
      'registry-auth': `https://ci:${encodeURIComponent(canary)}@${registry.host} ci ${canary}`,
    });

    expect(end.outputs['failure-code']).toBe('invalid-input');
    expect(end.leaks).toEqual([]);
  });

  test('k8s-deploy', async () => {
    const end = await deploy('1.0.0', 'app.yaml');

    expect(end.outputs).toMatchObject({ status: 'succeeded', version: '1.0.0' });
    expect(end.commands).toContainEqual(expect.stringMatching(/^kubectl .* proxy /));
    expect(end.leaks).toEqual([]);
  });

  test('integration-gate with a suite that prints its secrets', async () => {
    const { kubeconfig, registryAuth, stage } = places;

    const end = await act('integration-gate', {
      service: 'app',
      environment: 'test',
      candidate,
      suite: 'suite.yaml',
      'suite-images': `suite=${await makeImage('1.0.0')}`,
      kubeconfig,
      'plain-http': stage.registryHost,
      'registry-auth': registryAuth,
    });

    expect(end.outputs).toMatchObject({ status: 'failed', tests: '1', failures: '1' });
    expect(end.log).toContain('testing with password=<redacted>');
    expect(end.summary).toContain('no answer of postgres://<redacted>@db.example.com/shop');
    expect(end.leaks).toEqual([]);
  });

  test('k8s-deploy of a Secret, which is refused', async () => {
    const end = await deploy('1.1.0', 'app.yaml, secret.yaml');

    expect(end.outputs['failure-code']).toBe('secret-refused');
    expect(end.summary).toContain('the manifests hold values of Secret');
    expect(end.leaks).toEqual([]);
  });

  test('k8s-deploy of what prints its secrets and crashes: the evidence is redacted', async () => {
    const end = await deploy('1.1.0', 'crash.yaml');

    const saved = readdirSync(join(runner.temporaryFolder, 'slipway-evidence'), {
      recursive: true,
      encoding: 'utf8',
    });
    expect(end.outputs).toMatchObject({ status: 'rolled-back', 'rolled-back-to': '1.0.0' });
    expect(end.log).toContain('DATABASE_PASSWORD=<redacted>');
    expect(end.log).toContain('cannot connect to postgres://<redacted>@db.example.com/shop');
    expect(saved).toContainEqual(expect.stringMatching(/statuses\.json$/));
    expect(saved).toContainEqual(expect.stringMatching(/log-app-.*-web.*\.txt$/));
    expect(end.leaks).toEqual([]);
  });

  test('rollback, which has its password from the Docker configuration', async () => {
    await deploy('1.2.0', 'app.yaml');

    const end = await act('rollback', {
      service: 'app',
      environment: 'test',
      reason: 'prices are wrong',
      kubeconfig: places.kubeconfig,
      'plain-http': places.stage.registryHost,
    });

    expect(end.outputs).toMatchObject({ status: 'succeeded', from: '1.2.0', to: '1.0.0' });
    expect(end.leaks).toEqual([]);
  });

  test('redeploy-system', async () => {
    const end = await act('redeploy-system', {
      mode: 'run',
      'from-environment': 'test',
      'to-environment': 'standby',
      kubeconfig: places.standbyKubeconfig,
      'plain-http': places.stage.registryHost,
      'registry-auth': places.registryAuth,
    });

    expect(JSON.parse(end.outputs['services'] ?? '')).toEqual({
      app: { version: '1.0.0', status: 'succeeded' },
    });
    expect(end.leaks).toEqual([]);
  });

  test('promote-to-prod plans', async () => {
    const end = await act('promote-to-prod', {
      service: 'app',
      environment: 'production',
      candidate,
      'image-name': 'app',
      manifests: 'app.yaml',
      'registry-auth': places.registryAuth,
    });

    planned = end.outputs;
    expect(end.outputs['decision']).toBe('approve');
    expect(places.github.requests).toContain(
      'GET /repos/shop/app/environments/production-approval 200',
    );
    expect(end.leaks).toEqual([]);
  });

  test('promote-to-prod of a Secret, which is refused', async () => {
    const end = await act('promote-to-prod', {
      service: 'app',
      environment: 'production',
      candidate,
      'image-name': 'app',
      manifests: 'app.yaml, secret.yaml',
      'registry-auth': places.registryAuth,
    });

    expect(end.outputs['failure-code']).toBe('secret-refused');
    expect(end.leaks).toEqual([]);
  });

  test('promote-to-prod applies', async () => {
    places.github
      .repository('shop', 'app')
      .approve('7', 'production-approval', 'ada', 'looks good');

    const end = await act('promote-to-prod', {
      mode: 'apply',
      service: 'app',
      environment: 'production',
      plan: planned['plan'] ?? '',
      'plan-digest': planned['plan-digest'] ?? '',
      'registry-auth': places.registryAuth,
    });

    expect(end.outputs).toMatchObject({ version: '1.0.0', referrers: '2' });
    expect(end.leaks).toEqual([]);
  });

  test('release-status', async () => {
    const end = await act('release-status', { output: 'status.md' });

    expect(end.summary).toContain('1.0.0');
    expect(end.leaks).toEqual([]);
  });

  test('what is in the registries: images, evidence, bundles, ledgers', async () => {
    const { registry, secrets, stage } = places;
    const authorization = registry.authorize() ?? '';

    const own = await searchRegistry(`http://${registry.host}`, secrets, { authorization });
    const ofLab = await searchRegistry(`http://${stage.registryHost}`, secrets, {
      repositories: [stage.repository.path],
    });

    expect(own.searched).toBeGreaterThan(20);
    expect(ofLab.searched).toBeGreaterThan(3);
    expect([...own.findings, ...ofLab.findings].map(formatFinding)).toEqual([]);
  });

  test('what is in the cluster, but for the Secret and what the program itself said', async () => {
    const objects = await listLiveObjects(places.stage);

    const leaks = objects.flatMap(({ status: _said, ...object }) =>
      findSecrets(`${object.kind} ${object.metadata.name}`, JSON.stringify(object), places.secrets),
    );

    expect(new Set(objects.map(({ kind }) => kind))).toEqual(
      new Set(['Deployment', 'ReplicaSet', 'Pod', 'Lease', 'Event', 'ConfigMap']),
    );
    expect(leaks.map(formatFinding)).toEqual([]);
  });
});
