import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanary } from '@slipway/testing/canary';
import { WatchedRunner } from './watched-runner.js';

/** Of its own: what this suite plants is not what the run looks for at its end. */
const canary = createCanary();

const actionFile = `name: leak
description: Leaks
inputs:
  password: { description: The password, default: '' }
  way: { description: How it leaks, default: '' }
outputs: {}
runs: { using: node24, main: leak.mjs, post: leak.mjs }
`;

/** A careless action: `way` is what it does with its password. */
const program = `
import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
const { env } = process;
const secret = env.INPUT_PASSWORD;
const bytes = Buffer.from('user:' + secret);
const program = (...argv) => spawnSync('program', argv, { env: { PATH: env.PATH } });
const ways = {
  nothing: () => console.log('::add-mask::' + secret),
  'log': () => console.log('the password is ' + secret),
  'debug log': () => console.log('::debug::the password is ' + encodeURIComponent(secret)),
  'error log': () => console.error(bytes.toString('base64')),
  'masked log': () => console.log('::add-mask::' + secret + '\\nthe password is ' + secret),
  'hex in the log': () => console.log(bytes.toString('hex').toUpperCase()),
  output: () => appendFileSync(env.GITHUB_OUTPUT, 'x=' + secret + '\\n'),
  state: () => appendFileSync(env.GITHUB_STATE, 'x=' + secret + '\\n'),
  env: () => appendFileSync(env.GITHUB_ENV, 'x=' + secret + '\\n'),
  summary: () => appendFileSync(env.GITHUB_STEP_SUMMARY, secret + '\\n'),
  file: () => writeFileSync(env.RUNNER_TEMP + '/plan.tar.gz', gzipSync(secret)),
  'temporary file': () => writeFileSync(env.TMPDIR + '/left', secret),
  argument: () => program('--password=' + secret),
  'environment of a program': () =>
    spawnSync('program', [], { env: { PATH: env.PATH, PASSWORD: secret } }),
  'environment of a step': () => spawnSync('program', [], { env }),
  'post step': () => undefined,
};
if (env.STATE_isPost === 'true') {
  if (env.INPUT_WAY === 'post step') console.log(secret);
} else {
  appendFileSync(env.GITHUB_STATE, 'isPost=true\\n');
  ways[env.INPUT_WAY]();
}
`;

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-leaking-'));
  mkdirSync(join(folder, 'action'));
  writeFileSync(join(folder, 'action/action.yml'), actionFile);
  writeFileSync(join(folder, 'action/leak.mjs'), program);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A search that finds nothing proves nothing, unless it finds what is there. */
test.each([
  ['nothing', []],
  ['log', ['the log (plain)']],
  ['debug log', ['the log (URL-encoded)']],
  ['error log', ['the log (base64, 2 bytes in)']],
  ['masked log', ['the log (plain)']],
  ['hex in the log', ['the log (hex in capital letters)']],
  ['output', ['steps: step/OUTPUT (plain)']],
  ['state', ['steps: step/STATE (plain)']],
  ['env', ['steps: step/ENV (plain)']],
  ['summary', ['steps: step/STEP_SUMMARY (plain)']],
  ['file', ['runner: plan.tar.gz, decompressed (plain)']],
  ['temporary file', ['tmp: left (plain)']],
  ['argument', ['argv of program (plain)']],
  ['environment of a program', ['environment of program (plain)']],
  ['environment of a step', ['environment of program (plain)']],
  ['post step', ['the log (plain)']],
])('what leaks by its %s is found', async (way, places) => {
  const runner = new WatchedRunner({
    secrets: [{ name: 'the canary', text: canary }],
    env: {},
    githubToken: '',
    programs: { program: '/bin/true' },
  });

  const { exitCode, leaks } = await runner.run({
    action: join(folder, 'action'),
    inputs: { password: canary, way },
  });

  runner.close();
  const found = leaks.map((leak) => leak.replace(/step-\w+/, 'step'));
  expect(exitCode).toBe(0);
  expect(found).toEqual(expect.arrayContaining(places.map((place) => `the canary is in ${place}`)));
  if (places.length === 0) expect(found).toEqual([]);
});

test('what a user asks the runner to mask is no leak, and what the workflow gives a step neither', async () => {
  const runner = new WatchedRunner({
    secrets: [{ name: 'the canary', text: canary }],
    env: {},
    githubToken: '',
    programs: { program: '/bin/true' },
  });
  const action = join(folder, 'action');

  const masked = await runner.run({
    action,
    inputs: { password: canary, way: 'masked log' },
    isMaskedByUser: true,
  });
  const given = await runner.run({
    action,
    inputs: { password: canary, way: 'environment of a program' },
    env: { PASSWORD: canary },
  });

  runner.close();
  expect(masked.leaks).toEqual([]);
  expect(masked.log).toContain('the password is ***');
  expect(given.leaks).toEqual([]);
  expect(given.commands).toEqual(['program ']);
});
