import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SlipwayError } from '@slipway/core/errors';
import { build } from '@slipway/flow/container-build';
import type { Compose, Engine } from '@slipway/io/engine';
import { createQuietEngine, endedWell } from '@slipway/testing/engine';
import { readWith } from '@slipway/testing/inputs';
import { createRecordingLogger } from '@slipway/testing/logger';
import { createRegistryInMemory } from '@slipway/testing/registry-in-memory';
import { createTestRuntime } from '@slipway/testing/runtime';
import { readInputs } from '../src/inputs.js';
import { planBuild } from '../src/plan.js';

const late = new SlipwayError('deadline-exceeded', 'containerized-build took longer than 8 s');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Its container leaves a report; the image takes too long. */
function createEngine(): Engine {
  return createQuietEngine({
    buildLayout: () => Promise.reject(late),
    runContainer: async () => {
      await mkdir(join(folder, 'reports'));
      const report = '<testsuite><testcase name="adds"/></testsuite>';
      await writeFile(join(folder, 'reports/a.xml'), report);
      return endedWell(folder);
    },
  });
}

/** Its tests take too long. */
const compose: Compose = {
  needed: ['db'],
  image: 'busybox',
  mounted: [],
  use: (work) =>
    work({
      build: () => Promise.resolve(undefined),
      start: () => Promise.resolve(undefined),
      readState: () => Promise.resolve({ state: 'ready' }),
      run: () => Promise.reject(late),
      readLogs: () => Promise.resolve(new Map([['db', 'it is up\n']])),
    }),
};

async function buildWith(inputs: Readonly<Record<string, string>>): ReturnType<typeof build> {
  const place = { workspace: folder, temporaryFolder: folder, projectName: 'slipway-1' };
  const plan = planBuild(readWith(readInputs, inputs), place);
  const { client } = createRegistryInMemory();
  const runtime = createTestRuntime({ logger: createRecordingLogger(), client, folder });
  return build(plan, { compose, commit: undefined }, { engine: createEngine(), runtime }, runtime);
}

const commands = { 'run-image': 'node:24', run: 'npm test', junit: 'reports/*.xml' };

test('an image that takes too long: what was tested before is told', async () => {
  const built = await buildWith({ ...commands, 'build-context': '.' });

  expect(built.failure?.error).toMatchObject({ code: late.code, message: late.message });
  expect(built.results?.tests).toBe(1);
  expect(built.image).toBeUndefined();
  expect(built.evidence).toEqual([]);
});

test('tests beside services that take too long: what the services wrote is told', async () => {
  const built = await buildWith({
    ...commands,
    'compose-file': 'compose.yml',
    'compose-service': 'test',
  });

  expect(built.failure?.error.code).toBe('deadline-exceeded');
  expect(built.failedIn).toEqual({ kind: 'service', name: 'test' });
  expect(built.results?.tests).toBe(1);
  expect(await readFile(join(built.logs ?? '', 'db.log'), 'utf8')).toBe('it is up\n');
});
