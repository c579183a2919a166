import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, type CommandResult } from '@slipway/io/command';

const manifest = `name: greet
description: Greets somebody
inputs:
  who: { description: Whom to greet., required: true }
  loud: { description: Whether it is loud., default: 'false' }
outputs:
  greeting: { description: What was said. }
runs: { using: node24, main: ../../dist/greet.js }
`;

const program = `
import { appendFileSync } from 'node:fs';
console.log('greeting ' + process.env.INPUT_WHO);
appendFileSync(process.env.GITHUB_OUTPUT, 'greeting=hello ' + process.env.INPUT_WHO + ' ' + process.env.INPUT_LOUD + '\\n');
process.exitCode = process.env.INPUT_WHO === 'nobody' ? 1 : 0;
`;

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  mkdirSync(join(root, 'actions/greet'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  writeFileSync(join(root, 'actions/greet/action.yml'), manifest);
  writeFileSync(join(root, 'dist/greet.js'), program);
  writeFileSync(join(root, 'package.json'), '{"type":"module","version":"1.2.3"}');
});

afterEach(() => rmSync(root, { recursive: true }));

/** In a process of its own, as people run it. */
async function slipway(...argv: readonly string[]): Promise<CommandResult> {
  const script =
    'const { main } = await import(process.argv[1]); await main(process.argv.slice(3), process.argv[2]);';
  const main = fileURLToPath(new URL('index.ts', import.meta.url));
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', script] as const;
  return runCommand([...node, main, root, ...argv], {
    acceptExitCodes: [1],
    env: { NODE_OPTIONS: undefined },
  });
}

describe('slipway <verb>', () => {
  test('runs the action and prints its outputs', async () => {
    const result = await slipway('greet', '--who', 'ada', '--loud');

    expect(result).toEqual({
      exitCode: 0,
      stdout: 'greeting ada\ngreeting=hello ada true\n',
      stderr: '',
    });
  });

  test('--json prints one object, and the log beside it', async () => {
    const result = await slipway('greet', '--json', '--who=ada');

    expect(result.stdout).toBe('{"greeting":"hello ada false"}\n');
    expect(result.stderr).toBe('greeting ada\n');
  });

  test('has the exit code of the action', async () => {
    expect((await slipway('greet', '--who', 'nobody')).exitCode).toBe(1);
  });

  test('refuses all unknown inputs at once', async () => {
    const result = await slipway('greet', '--whom', 'ada', '--colour', 'blue');

    expect(result).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: [
        'error: --whom: expected an input of greet: --loud, --who. Did you mean --who?',
        'error: --colour: expected an input of greet: --loud, --who.',
        '',
      ].join('\n'),
    });
  });

  test('--help lists its inputs, the required ones first', async () => {
    expect((await slipway('greet', '--help')).stdout).toBe(
      [
        'slipway greet: Greets somebody',
        '',
        '  --who (required)',
        '      Whom to greet.',
        '  --loud (default: false)',
        '      Whether it is loud.',
        '',
      ].join('\n'),
    );
  });
});

describe('slipway', () => {
  test('--version', async () => {
    expect((await slipway('--version')).stdout).toBe('1.2.3\n');
  });

  test.each([[[]], [['--help']]])('lists its verbs: %j', async (argv) => {
    const { stdout, exitCode } = await slipway(...argv);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('  greet         Greets somebody\n');
    expect(stdout).toContain('  history       Shows what happened to a service');
  });

  test('a short name of an action', async () => {
    cpSync(join(root, 'actions/greet'), join(root, 'actions/release-status'), { recursive: true });

    const help = await slipway('--help');
    const { stdout } = await slipway('status', '--who', 'ada');

    expect(help.stdout).toContain('  status          Short for release-status\n');
    expect(stdout).toContain('greeting=hello ada false\n');
  });

  test('an unknown verb', async () => {
    const { stderr, exitCode } = await slipway('great');

    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'error: great: expected a verb: greet, history, explain, verify, hold, release-hold. Did you mean greet?\n',
    );
  });

  test('a verb of its own tells every problem in its inputs', async () => {
    const { stderr, stdout, exitCode } = await slipway('history', '--json');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('error: environment: expected a value.');
    expect(JSON.parse(stdout)).toMatchObject({ events: [], 'failure-code': 'invalid-input' });
  });
});
