import { lstat, readFile, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runCommand, type CommandResult } from '@slipway/io/command';
import { openLayout } from '@slipway/io/registry';
import { openLab, type Lab } from '@slipway/lab/parts';
import { createTestRepository, type TestRepository } from '@slipway/testing/git';

const slipway = fileURLToPath(new URL('../../../dist/cli/index.js', import.meta.url));

const passing = '<testsuite><testcase classname="orders" name="adds" time="0.5"/></testsuite>';
const failing =
  '<testsuite><testcase classname="orders" name="adds" file="/app/test.sh" line="2"><failure message="3 is not 4"/></testcase></testsuite>';
const testScript = (report: string, exitCode: number): string =>
  `mkdir -p reports
echo '${report}' > reports/junit.xml
echo "::group::Lint"
echo "::error file=src/a.js,line=3::no such name"
echo "::endgroup::"
exit ${exitCode}
`;
const dockerfile = `FROM busybox:1.36 AS test
WORKDIR /app
COPY . .
CMD ["sh", "test.sh"]
FROM busybox:1.36
RUN --mount=type=secret,id=npm echo "it is $(cat /run/secrets/npm)"
`;

describe('slipway containerized-build on a laptop', () => {
  let lab: Lab;
  let environment: Readonly<Record<string, string | undefined>>;
  let repository: TestRepository;

  /** As somebody types it in the checkout: nothing of a runner is there. */
  async function run(...argv: readonly string[]): Promise<CommandResult & { log: string }> {
    const node = [process.execPath, slipway, 'containerized-build'] as const;
    const result = await runCommand([...node, ...argv], {
      cwd: repository.folder,
      env: environment,
      acceptExitCodes: [1],
    });
    return { ...result, log: `${result.stdout}${result.stderr}` };
  }

  beforeAll(async () => {
    lab = await openLab();
    const engine = await lab.engine();
    const github = Object.keys(process.env).filter((name) => /^(?:GITHUB|RUNNER)_/.test(name));
    environment = {
      ...Object.fromEntries(github.map((name) => [name, undefined])),
      ...engine.environment,
      PATH: [engine.programs, process.env['PATH'] ?? ''].join(delimiter),
      NPM_TOKEN: 'hunter2hunter2',
      NODE_OPTIONS: undefined,
    };
  });

  beforeEach(async () => {
    repository = await createTestRepository();
  });

  afterEach(async () => {
    await repository.remove();
  });

  afterAll(async () => {
    await lab.close();
  });

  async function commit(script: string): Promise<void> {
    const files = { Dockerfile: dockerfile, 'test.sh': script, '.gitignore': 'out\n' };
    await repository.commit({ message: 'feat: all of it', files });
    await repository.git('reset', '--quiet', '--hard');
  }

  test('tests and builds as on a runner, and speaks as to a person', async () => {
    await commit(testScript(passing, 0));

    const { exitCode, stdout, log } = await run(
      ...['--run-image', 'busybox:1.36', '--run', 'echo "$PWD" > made', '--test-target', 'test'],
      ...['--secrets', 'id=npm,env=NPM_TOKEN', '--layout', 'out/image'],
    );

    const layout = await openLayout(join(repository.folder, 'out/image'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\ndigest=${layout.root.descriptor.digest}\n`);
    expect(stdout).toContain('\ntests=1\nfailures=0\n');
    expect(stdout).toContain('\nLint\nerror: src/a.js:3: no such name\n');
    expect(log).toContain('it is ***');
    expect(log).not.toMatch(/^\s*::/m);
    expect(await readFile(join(repository.folder, 'made'), 'utf8')).toBe(`${repository.folder}\n`);
    const names = await readdir(repository.folder);
    const owners = names.map(async (name) => (await lstat(join(repository.folder, name))).uid);
    expect(new Set(await Promise.all(owners))).toEqual(new Set([process.getuid?.()]));
  });

  test('a failing test is told at its line, and the exit code says so', async () => {
    await commit(testScript(failing, 1));

    const { exitCode, stdout, log } = await run('--test-target', 'test', '--json');

    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      tests: '1',
      failures: '1',
      digest: '',
      'failure-code': 'tests-failed',
    });
    expect(log).toContain('error: test.sh:2: 3 is not 4');
    expect(log).not.toMatch(/^\s*::/m);
  });
});
