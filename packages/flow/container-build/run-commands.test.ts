import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ContainerOutcome, ContainerRun } from '@slipway/io/engine';
import { createQuietEngine, endedWell } from '@slipway/testing/engine';
import { createRecordingLogger } from '@slipway/testing/logger';
import { createRegistryInMemory } from '@slipway/testing/registry-in-memory';
import { createTestRuntime } from '@slipway/testing/runtime';
import { runCommands } from './run-commands.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-commands-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Seen {
  readonly home: string | undefined;
  /** Whether anybody may write to it, and to a folder in it. */
  readonly isOpen: boolean;
  readonly targets: readonly string[];
}

async function lookAt(user: string | undefined, path: string): Promise<Seen | undefined> {
  let seen: Seen | undefined;
  const runContainer = async ({
    variablesFile,
    mounts = [],
  }: ContainerRun): Promise<ContainerOutcome> => {
    const variables = await readFile(variablesFile ?? '', 'utf8');
    const home = /^HOME=(?<home>.+)$/m.exec(variables)?.groups?.['home'];
    const folders = home === undefined ? [] : [home, join(home, '.cache')];
    const modes = await Promise.all(folders.map(async (each) => (await stat(each)).mode & 0o777));
    const isOpen = modes.every((mode) => mode === 0o777);
    seen = { home, isOpen, targets: mounts.map(({ target }) => target) };
    return endedWell(folder);
  };
  const engine = createQuietEngine({ runContainer });
  const { client } = createRegistryInMemory();
  const runtime = createTestRuntime({ logger: createRecordingLogger(), client, folder });
  const plan = { image: 'node:24', script: 'npm ci', folder: '.', secrets: [] };
  const own = { variables: [], settings: [], ...(user === undefined ? {} : { user }) };
  const caches = [{ name: 'npm', path }];
  await runCommands({ ...plan, ...own, caches }, { engine, runtime });
  return seen;
}

test.each([
  ['of whom the input user names', '1000:1000', true],
  ['of the user of this machine', undefined, false],
])('a cache in the home %s is where programs look for it', async (_name, user, isOpen) => {
  const seen = await lookAt(user, '~/.cache/npm');

  expect(seen?.home).toMatch(/./);
  expect(seen?.targets).toEqual([join(seen?.home ?? '', '.cache/npm')]);
  expect(seen?.isOpen).toBe(isOpen);
});

test('without such a cache the home is the image’s', async () => {
  const seen = await lookAt('1000:1000', '/cache');

  expect(seen?.home).toBeUndefined();
});
