import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findComposeProgram, isComposeVersion, type ComposeEngine } from './compose-program.js';

test.each([
  ['2.26.1-4', true],
  ['v2.38.2', true],
  ['5.1.3', true],
  ['1.29.2', false],
  ['', false],
  ['podman-compose version 1.0.3', false],
])('Compose of version %j can be used: %j', (text, expected) => {
  expect(isComposeVersion(text)).toBe(expected);
});

const { signal } = new AbortController();
const path = process.env['PATH'];
let programs = '';

/** Programs that answer so, whatever they are asked, and no others but the shell’s. */
async function install(answers: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, answer] of Object.entries(answers)) {
    await writeFile(join(programs, name), `#!/bin/sh\n${answer}\n`);
    await chmod(join(programs, name), 0o755);
  }
  process.env['PATH'] = programs;
}

beforeEach(async () => {
  programs = await mkdtemp(join(tmpdir(), 'compose-program-'));
});

afterEach(async () => {
  process.env['PATH'] = path;
  await rm(programs, { recursive: true });
});

test.each<[ComposeEngine, Readonly<Record<string, string>>, readonly string[]]>([
  ['docker', { docker: 'echo 2.26.1' }, ['docker', 'compose']],
  ['podman', { docker: 'echo v2.38.2' }, ['docker', 'compose']],
  ['podman', { 'docker-compose': 'echo 2.26.1' }, ['docker-compose']],
  ['podman', { 'docker-compose': 'echo 1.29.2', docker: 'echo 5.1.3' }, ['docker', 'compose']],
])('with %s and %j it is %j', async (engine, answers, words) => {
  await install(answers);

  expect(await findComposeProgram(engine, signal)).toEqual({ engine, words });
});

test.each<[ComposeEngine, Readonly<Record<string, string>>, string]>([
  ['docker', { docker: 'exit 1' }, 'there is docker, but not its plug-in compose'],
  ['podman', {}, 'there is podman, but no Compose of version 2 that can speak to it'],
  [
    'podman',
    { 'podman-compose': 'echo 1.0.3', 'docker-compose': 'echo 1.29.2' },
    'there is podman, but no Compose of version 2 that can speak to it',
  ],
])('with %s and %j it is missing', async (engine, answers, message) => {
  await install(answers);

  await expect(findComposeProgram(engine, signal)).rejects.toMatchObject({
    code: 'engine-missing',
    message,
  });
});
