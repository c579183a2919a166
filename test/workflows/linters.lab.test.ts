import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '@slipway/io/command';
import { openLab, type Lab } from '@slipway/lab/parts';
import { readWorkflowFiles, root } from './workflow-file.js';

const startMs = 300_000;
const timeoutMs = 60_000;

let lab: Lab;
let actionlint: string;
let shellcheck: string;
let zizmor: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-linters-'));
  lab = await openLab();
  [actionlint, shellcheck, zizmor] = await Promise.all([
    lab.program('actionlint'),
    lab.program('shellcheck'),
    lab.program('zizmor'),
  ]);
}, startMs);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await lab.close();
}, timeoutMs);

const files = readWorkflowFiles().map(({ path }) => join(root, path));

interface Verdict {
  readonly exitCode: number;
  readonly stdout: string;
}

/** With the configuration of the repository, whatever file is looked at. */
async function runActionlint(paths: readonly string[]): Promise<Verdict> {
  const options = ['-no-color', '-oneline', '-shellcheck', shellcheck];
  const config = ['-config-file', join(root, '.github/actionlint.yaml')];
  return runCommand([actionlint, ...options, ...config, ...paths], {
    cwd: root,
    acceptExitCodes: [1],
  });
}

async function runZizmor(paths: readonly string[]): Promise<Verdict> {
  const options = ['--offline', '--no-progress', '--color', 'never', '--format', 'plain'];
  const config = ['--config', join(root, '.github/zizmor.yml')];
  return runCommand([zizmor, ...options, ...config, ...paths], {
    cwd: root,
    env: { PATH: `${dirname(zizmor)}:/usr/bin:/bin`, GH_TOKEN: undefined, GITHUB_TOKEN: undefined },
    acceptExitCodes: [11, 12, 13, 14],
  });
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('actionlint', () => {
  test(
    'finds nothing',
    async () => {
      expect(await runActionlint(files)).toMatchObject({ exitCode: 0, stdout: '' });
    },
    timeoutMs,
  );

  test.each([
    [
      'another key that it does not know',
      'concurrency: { group: a, queu: max }',
      'unexpected key "queu" for "concurrency" section. expected one of "cancel-in-progress", "group"',
    ],
    [
      'a script that shellcheck does not like',
      'steps: [{ run: cat $GITHUB_PATH }]',
      'SC2086:info:1:5: Double quote to prevent globbing and word splitting',
    ],
  ])(
    'still finds %s',
    async (_name, line, message) => {
      const steps = line.startsWith('steps') ? line : `steps: [{ run: 'true' }]\n    ${line}`;
      const path = write('broken.yml', `on: push\njobs:\n  a:\n    runs-on: x\n    ${steps}\n`);

      const { exitCode, stdout } = await runActionlint([path]);

      expect(exitCode).toBe(1);
      expect(stdout).toContain(message);
    },
    timeoutMs,
  );
});

describe('zizmor', () => {
  test(
    'finds nothing',
    async () => {
      const { exitCode, stdout } = await runZizmor(files);

      expect({ exitCode, stdout: stdout.trim() }).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^No findings to report\./),
      });
    },
    timeoutMs,
  );

  test.each([
    ['an action of others without a commit', 'uses: actions/checkout@v7', 'unpinned-uses'],
    ['an input in a script', "run: 'echo ${{ github.head_ref }}'", 'template-injection'],
  ])(
    'still finds %s',
    async (_name, step, audit) => {
      const head = 'name: a\non: pull_request\npermissions: {}\njobs:\n  a:\n    runs-on: x\n';
      const path = write('broken.yml', `${head}    steps:\n      - ${step}\n`);

      const { exitCode, stdout } = await runZizmor([path]);

      expect(exitCode).toBe(14);
      expect(stdout).toContain(`error[${audit}]`);
    },
    timeoutMs,
  );
});
