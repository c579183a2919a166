import { randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommand } from '@slipway/io/command';
import { openLayout } from '@slipway/io/registry';
import { openEngineJobs, type EngineJobs } from '@slipway/testing/step';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const passing = '<testsuite><testcase classname="orders" name="adds" time="0.5"/></testsuite>';
const failing = `<testsuite><testcase name="adds"/><testcase classname="orders" name="totals" file="/app/test/total.sh">
  <failure message="3 is not 4">at /app/test/total.sh:12</failure></testcase></testsuite>`;

/** A Dockerfile whose stage `test` runs test.sh. */
const dockerfile = `FROM busybox:1.36 AS sources
WORKDIR /app
COPY . .

FROM sources AS test
CMD ["sh", "test.sh"]

FROM sources
RUN mkdir /made && echo it > /made/it
ENTRYPOINT ["/bin/sh"]
`;

/** An image that nothing cached can be taken for when AT is another, and that AT leaves no trace in. */
const rebuilt = `FROM busybox:1.36 AS other
ARG AT
RUN echo $AT > /at

FROM busybox:1.36
RUN --mount=from=other,target=/mnt echo made anew; echo made > /made
WORKDIR /app
COPY . .
`;

/** A test that leaves this report. */
const testScript = (report: string, exitCode: number): string =>
  `mkdir -p reports; cat > reports/junit.xml <<'end'\n${report}\nend\necho tests are over\nexit ${exitCode}\n`;

describe('containerized-build, of a Dockerfile', () => {
  let jobs: EngineJobs;

  beforeAll(async () => {
    jobs = await openEngineJobs(main);
  });

  afterEach(async () => {
    await jobs.removeAll();
  });

  afterAll(async () => {
    await jobs.close();
  });

  test('builds, tests, and ends with a layout whose digest the evidence names', async () => {
    const job = await jobs.open({
      files: { Dockerfile: dockerfile, 'test.sh': testScript(passing, 0) },
    });

    const step = await job.run({
      'test-target': 'test',
      labels: 'org.opencontainers.image.version=1.4.0',
      annotations: 'org.opencontainers.image.title=orders, of the shop',
      layout: 'out/image',
    });

    const layout = await openLayout(join(job.workspace, 'out/image'));
    const { digest } = layout.root.descriptor;
    const evidence = join(job.workspace, 'out/image.unit-tests.intoto.json');
    const provenance = join(job.workspace, 'out/image.provenance.intoto.json');
    expect(step.log).toContain('tests are over');
    expect(step.exitCode).toBe(0);
    expect(Object.fromEntries(step.outputs)).toEqual({
      layout: join(job.workspace, 'out/image'),
      digest,
      tests: '1',
      failures: '0',
      evidence: `${evidence}\n${provenance}`,
      logs: '',
      engine: 'docker',
      platforms: 'linux/amd64',
      size: expect.stringMatching(/^\d{5,}$/),
      'failure-code': '',
      'failure-message': '',
    });
    expect(JSON.parse(await readFile(evidence, 'utf8'))).toMatchObject({
      subject: [{ name: 'image', digest: { sha256: digest.slice('sha256:'.length) } }],
      predicate: {
        result: 'PASSED',
        configuration: [{ name: 'stage test' }],
        slipway: { gate: 'unit-tests', tests: { passed: 1, failed: 0, skipped: 0 } },
      },
    });
    expect(layout.root.manifest.annotations).toEqual({
      'org.opencontainers.image.title': 'orders, of the shop',
    });
    expect(step.summary).toContain('### ✅ image: built and tested');
    expect(step.summary).toContain(`| Digest | \`${digest}\` |`);
    expect(step.summary).toContain('| orders › adds | 0.5 s |');
    expect(await jobs.listContainers(job)).toEqual([]);
    const [image = ''] = /\bslipway-[\da-f]{8}-\d+-\d+-[\da-f]{16}\b/.exec(step.log) ?? [];
    expect(await jobs.docker('image', 'ls', '--quiet', image)).toBe('');
  });

  test('as the configuration says, for two platforms, after commands of its own', async () => {
    const job = await jobs.open({
      files: {
        '.github/slipway.yml': `apiVersion: slipway/v1
services: { orders: { image: registry.example.com/shop/orders, build: { context: svc, target: app } } }
`,
        'svc/Dockerfile': 'FROM scratch AS app\nCOPY made /made\nFROM busybox:1.36\nRUN false\n',
      },
    });

    const step = await job.run({
      'run-image': 'busybox:1.36',
      run: 'echo made > svc/made',
      platforms: 'linux/amd64, linux/arm64',
    });

    const layout = step.outputs.get('layout') ?? '';
    expect(step.outputs.get('failure-message')).toBe('');
    expect(layout).toBe(join(job.temporaryFolder, 'slipway-build/orders/layout'));
    expect(step.outputs.get('platforms')).toBe('linux/amd64\nlinux/arm64');
    expect(step.outputs.get('digest')).toBe((await openLayout(layout)).root.descriptor.digest);
    expect(step.outputs.get('tests')).toBe('');
    expect(step.outputs.get('evidence')).toBe(
      join(job.temporaryFolder, 'slipway-build/orders/layout.provenance.intoto.json'),
    );
    expect(step.summary).toContain('### ✅ registry.example.com/shop/orders: built\n');
  });

  test('the same sources are the same digest, built anew and checked out at another time', async () => {
    const files = { Dockerfile: rebuilt, '.dockerignore': '.git\n', 'a.txt': 'a' };
    const [one, other] = [await jobs.open({ files }), await jobs.open({ files })];

    const first = await one.run({ 'build-args': `AT=${process.pid}-1` });
    const second = await other.run({ 'build-args': `AT=${process.pid}-2` });

    expect(first.outputs.get('digest')).toMatch(/^sha256:/);
    expect(second.log).toMatch(/^#\d+ [\d.]+ made anew$/m);
    expect(second.outputs.get('digest')).toBe(first.outputs.get('digest'));
  });

  test('a failing test is told with its name, beside its line, and nothing is built', async () => {
    const job = await jobs.open({
      files: {
        'svc/Dockerfile': dockerfile,
        'svc/test.sh': testScript(failing, 1),
        'svc/test/total.sh': '',
      },
    });

    const step = await job.run({ 'build-context': 'svc', 'test-target': 'test' });

    expect(step.exitCode).toBe(1);
    expect(step.outputs.get('failure-code')).toBe('tests-failed');
    expect(step.outputs.get('failure-message')).toBe(
      '1 of 2 tests failed in the stage test. The summary of this step lists the failed tests, with what each said.',
    );
    expect(step.outputs.get('failures')).toBe('1');
    expect(step.outputs.get('layout')).toBe('');
    expect(step.log).toContain(
      '::error title=failed test%3A orders › totals,file=svc/test/total.sh,line=12::3 is not 4',
    );
    expect(step.log).not.toContain('Build the image');
    expect(step.summary).toContain('### ❌ image: the tests did not pass');
    expect(step.summary).toContain('| orders › totals<br>`svc/test/total.sh:12` | 3 is not 4 |');
  });

  test('a stage that cannot be built is no failing test', async () => {
    const job = await jobs.open({
      files: {
        Dockerfile: 'FROM busybox:1.36\nRUN echo compiling the orders >&2; exit 3\n',
      },
    });

    const step = await job.run({});

    expect(step.exitCode).toBe(1);
    expect(step.outputs.get('failure-code')).toBe('build-failed');
    expect(step.outputs.get('failure-message')).toContain('the image cannot be built: process ');
    expect(step.outputs.get('failure-message')).toContain('exit code: 3.');
    expect(step.summary).toContain('### ❌ image: it cannot be built');
    expect(step.summary).toMatch(
      /```text\n > \[2\/2\] RUN [^\n]+:\n[\d.]+ compiling the orders\n```/,
    );
  });

  test.each([
    [
      'no report',
      'echo 42 passed',
      'the stage test left no test report: nothing that it wrote in /app matches reports/*.xml. Let the tests write JUnit XML there, or say with the input junit where it is.',
    ],
    [
      'an empty one',
      'mkdir reports; touch reports/a.xml',
      'reports/a.xml: given “an empty file”, expected a JUnit report, XML that begins with testsuites or testsuite, or the output of go test -json. Look at what the test tool writes there, and how it is told to write JUnit XML.',
    ],
  ])('tests that leave %s have not passed', async (_name, script, message) => {
    const job = await jobs.open({ files: { Dockerfile: dockerfile, 'test.sh': script } });

    const step = await job.run({ 'test-target': 'test' });

    expect(step.exitCode).toBe(1);
    expect(step.outputs.get('failure-code')).toBe('test-report-invalid');
    expect(step.outputs.get('failure-message')).toBe(message);
    expect(step.outputs.get('digest')).toBe('');
  });

  test('a machine without an engine is told so, and all the engines by name', async () => {
    const job = await jobs.openWithoutEngine({ files: { Dockerfile: dockerfile } });

    const step = await job.run({});

    expect(step.outputs.get('failure-code')).toBe('engine-missing');
    expect(step.outputs.get('failure-message')).toBe(
      'there is no container engine on this machine. Use a runner that has docker, as GitHub’s Ubuntu runners have, podman or buildah.',
    );
  });

  test('a build secret is in no layer and no log', async () => {
    const secret = `canary-${randomUUID()}`;
    const lines = [
      'FROM busybox:1.36',
      `RUN echo ${randomUUID()} > /new`, // what is cached writes no log
      'RUN --mount=type=secret,id=npm cat /run/secrets/npm; test -s /run/secrets/npm; echo used > /used',
    ];
    const job = await jobs.open({ files: { Dockerfile: lines.join('\n') } });

    const step = await job.run(
      { secrets: 'id=npm,env=NPM_TOKEN', layout: 'out/image' },
      { NPM_TOKEN: secret },
    );

    const { stdout: found } = await runCommand(
      ['sh', '-c', 'for f in out/image/blobs/sha256/*; do cat $f; zcat $f 2>/dev/null; done; true'],
      { cwd: job.workspace },
    );
    expect(step.exitCode).toBe(0);
    expect(found).toContain('used');
    expect(step.log).toMatch(/^#\d+ [\d.]+ \*\*\*$/m);
    expect([step.log, step.summary, found].filter((text) => text.includes(secret))).toEqual([]);
  });

  test('all that is missing is told before the engine is asked', async () => {
    const job = await jobs.open({ files: { 'a.txt': '', 'layout/precious.txt': '' } });

    const step = await job.run({
      'build-context': 'nowhere',
      layout: 'layout',
      secrets: 'id=npm,env=NPM_TOKEN\nid=key,src=key.pem',
    });

    expect(step.exitCode).toBe(1);
    expect(step.outputs.get('failure-code')).toBe('invalid-input');
    expect(step.log.match(/^::error[^\n]*::(?:build-context|layout|secrets): /gm)).toHaveLength(4);
    expect(await readdir(join(job.workspace, 'layout'))).toEqual(['precious.txt']);
  });
});
