// Stands in for any verb: writes down what it was given, and answers with what it was told.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { SLIPWAY_STAND_IN, GITHUB_OUTPUT, GITHUB_STATE, GITHUB_JOB, RUNNER_TEMP } = process.env;
if (process.env.STATE_main === 'done') process.exit(); // the post step
appendFileSync(GITHUB_STATE, 'main=done\n');

const verb = basename(dirname(fileURLToPath(import.meta.url)));
const inputs = Object.fromEntries(
  Object.entries(process.env)
    .filter(([name, value]) => name.startsWith('INPUT_') && value !== '')
    .map(([name, value]) => [name.slice('INPUT_'.length).toLowerCase(), value]),
);
const contents = ['plan', 'kubeconfig']
  .filter((name) => inputs[name]?.startsWith('/'))
  .map((name) => [name, readFileSync(inputs[name], 'utf8')]);
const call = { job: GITHUB_JOB, verb, inputs, files: Object.fromEntries(contents) };
appendFileSync(join(SLIPWAY_STAND_IN, 'calls'), `${JSON.stringify(call)}\n`);

const answers = JSON.parse(readFileSync(join(SLIPWAY_STAND_IN, 'answers.json'), 'utf8'));
const answer = answers[inputs.mode === undefined ? verb : `${verb} ${inputs.mode}`] ?? {};
for (const [name, value] of Object.entries(answer.outputs ?? {})) {
  appendFileSync(GITHUB_OUTPUT, `${name}=${value}\n`);
}
for (const [name, text] of Object.entries(answer.files ?? {})) {
  const path = join(RUNNER_TEMP, `${verb}-${name}`);
  writeFileSync(path, text);
  appendFileSync(GITHUB_OUTPUT, `${name}=${path}\n`);
}
process.exitCode = answer.exitCode ?? 0;
