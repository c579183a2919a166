import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandFile, runActionProcess } from './index.js';
import { createLineMask } from './line-mask.js';

const manifest = `name: greet
description: Greets
inputs:
  who: { description: Whom, required: true }
  how-loud: { description: How, default: quietly }
outputs:
  greeting: { description: What was said }
runs: { using: node24, main: ../dist/greet.js, post: ../dist/greet.js }
`;

const program = `
import { appendFileSync } from 'node:fs';
const { env } = process;
if (env.SLIPWAY_STEP_ENVIRONMENT !== undefined) throw new Error('not as on a runner');
if (env.STATE_began === 'yes') {
  console.log('post for ' + env.INPUT_WHO);
  process.exit(Number(env.POST_CODE ?? 0));
}
appendFileSync(env.GITHUB_STATE, 'began=yes\\n');
console.log(env.INPUT_WHO + ' ' + env['INPUT_HOW-LOUD'] + ' ' + String(env.GITHUB_ACTIONS) + ' ' + String(env.INPUT_STRAY));
if (env.INPUT_WHO === 'forever') setInterval(() => undefined, 1000);
else {
  console.log('::add-mask::s3cret');
  console.error('it is s3cret');
  appendFileSync(env.GITHUB_OUTPUT, 'greeting<<END\\nhello\\n' + process.cwd() + '\\nEND\\n');
  appendFileSync(env.GITHUB_STEP_SUMMARY, '# done\\n');
  process.exitCode = Number(env.CODE ?? 0);
}
`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  for (const name of ['action', 'dist', 'workspace']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'action/action.yml'), manifest);
  writeFileSync(join(folder, 'dist/greet.js'), program);
  writeFileSync(join(folder, 'dist/package.json'), '{"type":"module"}');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('runActionProcess', () => {
  test('inputs with defaults go in; outputs, summary and log come out; the post step gets the state', async () => {
    const lines: string[] = [];
    const workspace = join(folder, 'workspace');

    const result = await runActionProcess({
      actionFolder: join(folder, 'action'),
      inputs: { who: 'ada' },
      env: { GITHUB_WORKSPACE: workspace },
      onLine: (line) => lines.push(line),
    });

    expect(result).toEqual({
      exitCode: 0,
      outputs: { greeting: `hello\n${workspace}` },
      summary: '# done\n',
      log: 'ada quietly undefined undefined\nit is ***\npost for ada\n',
    });
    expect(lines).toEqual(result.log.trimEnd().split('\n'));
  });

  test.each([
    ['of the step', { CODE: '3' }, 3],
    ['of the post step when the step was well', { POST_CODE: '4' }, 4],
    ['of the step when both failed', { CODE: '3', POST_CODE: '4' }, 3],
  ])('the exit code is that %s', async (_name, env, exitCode) => {
    const result = await runActionProcess({
      actionFolder: join(folder, 'action'),
      inputs: { who: 'ada' },
      env,
    });

    expect(result.exitCode).toBe(exitCode);
    expect(result.log).toContain('post for ada');
  });

  test('lines below the log are not in it; what only looks like them is', async () => {
    const program = `
const { env } = process;
console.log(env.SLIPWAY_LIVE + JSON.stringify(['1 of 2']));
console.log(String.fromCharCode(30) + '{"a":1}');
`;
    writeFileSync(join(folder, 'dist/greet.js'), program);
    writeFileSync(join(folder, 'action/action.yml'), manifest.replace(/, post: .*greet.js/, ''));
    const shown: (readonly string[])[] = [];

    const result = await runActionProcess({
      actionFolder: join(folder, 'action'),
      inputs: { who: 'ada' },
      onShow: (lines) => shown.push(lines),
    });

    expect(shown).toEqual([['1 of 2']]);
    expect(result.log).toBe('\u001e{"a":1}\n');
  });

  test('as on a runner where it is asked for', async () => {
    const { log } = await runActionProcess({
      actionFolder: join(folder, 'action'),
      inputs: { who: 'ada', 'how-loud': 'loudly' },
      env: { GITHUB_ACTIONS: 'true' },
    });

    expect(log).toContain('ada loudly true undefined\n');
  });

  test('an interrupted step ends, and its post step runs', async () => {
    const interruption = new AbortController();

    const result = await runActionProcess({
      actionFolder: join(folder, 'action'),
      inputs: { who: 'forever' },
      signal: interruption.signal,
      onLine: (line) => {
        if (line.startsWith('forever')) interruption.abort();
      },
    });

    expect(result.exitCode).toBe(130);
    expect(result.log).toContain('post for forever\n');
  });
});

describe('parseCommandFile', () => {
  test.each([
    ['nothing', '', {}],
    ['a line', 'a=b=c\n', { a: 'b=c' }],
    ['an empty value', 'a=\n', { a: '' }],
    ['several lines', 'a<<X\n1\n\n2\nX\nb=3\n', { a: '1\n\n2', b: '3' }],
    ['the last value wins', 'a=1\na=2\n', { a: '2' }],
    ['an empty value between delimiters', 'a<<X\n\nX\n', { a: '' }],
  ])('%s', (_name, text, values) => {
    expect(parseCommandFile(text)).toEqual(values);
  });

  test.each([
    ['no end', 'a<<X\n1\n', 'the value of a has no end'],
    ['no name', 'text\n', 'a line without a name: text'],
  ])('refuses %s', (_name, text, message) => {
    expect(() => parseCommandFile(text)).toThrow(message);
  });
});

test('what is masked is hidden from there on, line by line', () => {
  const lines = ['one', '::add-mask::one%0Atwo%25', '::add-mask::', 'one or two%', 'three'];

  const mask = createLineMask();

  expect(lines.map(mask)).toEqual(['one', undefined, undefined, '*** or ***', 'three']);
});
