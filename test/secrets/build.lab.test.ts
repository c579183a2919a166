import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLayout } from '@slipway/io/registry';
import { openLab, type Lab } from '@slipway/lab/parts';
import { readCanary } from '@slipway/testing/canary';
import { WatchedRunner, type WatchedEnd, type WatchedStep } from './watched-runner.js';

const action = fileURLToPath(new URL('../../actions/containerized-build', import.meta.url));
const canary = readCanary();

let lab: Lab;
let folder: string;
let runner: WatchedRunner;

beforeAll(async () => {
  lab = await openLab();
  const engine = await lab.engine();
  folder = mkdtempSync(join(tmpdir(), 'slipway-build-'));
  writeFileSync(join(folder, 'token'), `${canary}\n`);
  const config = JSON.parse(
    readFileSync(join(engine.dockerConfig, 'config.json'), 'utf8'),
  ) as object;
  const auth = Buffer.from(`ci:${canary}`).toString('base64');
  const auths = { 'registry.example.com': { auth } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, auths }));
  runner = new WatchedRunner({
    secrets: [{ name: 'the canary', text: canary }],
    githubToken: canary,
    programs: { docker: join(engine.programs, 'docker') },
    env: {
      ...engine.environment,
      PATH: [engine.programs, process.env['PATH'] ?? ''].join(delimiter),
      DOCKER_CONFIG: folder,
      GITHUB_WORKSPACE: folder,
    },
  });
}, 1_500_000);

afterAll(async () => {
  runner.close();
  rmSync(folder, { recursive: true });
  await lab.close();
}, 60_000);

/** With the secret in the environment of the step, where the workflow put it. */
function build(
  dockerfile: string,
  inputs: WatchedStep['inputs'],
  more: Pick<WatchedStep, 'isMaskedByUser'> = {},
): Promise<WatchedEnd> {
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  writeFileSync(join(folder, '.dockerignore'), '*');
  const env = { NPM_TOKEN: canary };
  return runner.run({ action, inputs, env, ...more });
}

/** Another one each time: what a cache answers prints nothing. */
function formatDockerfile(run: string): string {
  return `FROM busybox:1.36\nRUN --mount=type=secret,id=npm : ${randomUUID()}; ${run}\n`;
}

describe('the canary as a secret of a build', () => {
  test.each([
    ['of the environment', 'id=npm,env=NPM_TOKEN'],
    ['of a file', 'id=npm,src=token'],
  ])('%s: a step that prints it is masked, and it is in no layer', async (_name, secrets) => {
    const dockerfile = formatDockerfile('echo "got $(cat /run/secrets/npm)"');

    const end = await build(dockerfile, { dockerfile: 'Dockerfile', secrets });

    const { root } = await openLayout(end.outputs['layout'] ?? '');
    expect(root.descriptor.digest).toBe(end.outputs['digest']);
    expect(end.commands).toContainEqual(
      expect.stringContaining(`--secret ${secrets.slice(0, 10)}`),
    );
    expect(end.log).toContain('got ***');
    expect(end.leaks).toEqual([]);
  });

  test('a build that prints it and fails: the failure is masked too', async () => {
    const dockerfile = formatDockerfile('echo "no login with $(cat /run/secrets/npm)"; exit 3');

    const end = await build(dockerfile, {
      dockerfile: 'Dockerfile',
      secrets: 'id=npm,env=NPM_TOKEN',
    });

    expect(end.outputs['failure-code']).toBe('build-failed');
    expect(end.summary).toContain('no login with ***');
    expect(end.leaks).toEqual([]);
  });
});

describe('the canary as a variable of a container that masks it', () => {
  const run = [
    'echo "::add-mask::$NPM_TOKEN"',
    'echo "logging in with $NPM_TOKEN"',
    'test "$NPM_TOKEN" != "$EXPECTED"',
  ].join('\n');
  const inputs = { 'run-image': 'busybox:1.36', run };

  test('a run that is well', async () => {
    const given = { ...inputs, env: 'NPM_TOKEN' };

    const end = await build('FROM busybox:1.36\n', given, { isMaskedByUser: true });

    expect(end.exitCode).toBe(0);
    expect(end.log).toContain('logging in with ***');
    expect(end.leaks).toEqual([]);
  });

  test('a run that fails: what was masked is not in the failure either', async () => {
    const failing = { ...inputs, run: `${run}\nfalse`, env: 'NPM_TOKEN' };

    const end = await build('FROM busybox:1.36\n', failing, { isMaskedByUser: true });

    expect(end.exitCode).toBe(1);
    expect(end.summary).toContain('logging in with ***');
    expect(end.log).toContain('logging in with ***');
    expect(end.leaks).toEqual([]);
  });
});
