import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CommandPlan, SourcePlan } from './build-plan.js';
import { needsBuildSecrets } from './secret-mounts.js';

const secrets = [{ id: 'npm', variable: 'NPM_TOKEN' }];
const lists = { variables: [], settings: [], caches: [], secrets };
const command: CommandPlan = { image: 'node:24', script: 'npm ci', folder: '.', ...lists };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-secrets-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeSource(...steps: readonly string[]): Promise<SourcePlan> {
  const dockerfile = join(folder, 'Dockerfile');
  await writeFile(dockerfile, ['FROM node:24', ...steps, ''].join('\n'));
  return { context: folder, folder: '.', dockerfile, buildArgs: [], secrets, cacheFrom: [] };
}

test.each([
  ['a step that mounts one', ['RUN --mount=type=secret,id=npm npm ci'], true],
  ['its type comes last', ['RUN --mount=id=npm,type=secret npm ci'], true],
  ['on a line that goes on', ['RUN \\', '  --mount=type=secret,id=npm npm ci'], true],
  ['another mount', ['RUN --mount=type=cache,target=/c npm ci'], false],
  ['a comment', ['# RUN --mount=type=secret,id=npm npm ci'], false],
])('beside commands secrets are the build’s, too: %s', async (_name, steps, expected) => {
  const source = await writeSource(...steps);

  expect(await needsBuildSecrets({ command, source })).toBe(expected);
});

test('of a build alone they are its own, and without any there are none', async () => {
  const source = await writeSource('RUN npm ci');

  expect(await needsBuildSecrets({ source })).toBe(true);
  expect(await needsBuildSecrets({ source: { ...source, secrets: [] } })).toBe(false);
  expect(await needsBuildSecrets({ command })).toBe(false);
});
